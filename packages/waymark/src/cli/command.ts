import { parseArgs } from "node:util";
import { nearest } from "../routing/nearest.ts";
import { misuse } from "./cli-error.ts";

export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** What stands for the value in the help: "<number>". */
  readonly value?: string;
  readonly help: string;
}
export type Options = Readonly<Record<string, Option>>;
export type Values<O extends Options> = {
  readonly [K in keyof O]?: O[K]["type"] extends "string" ? string : boolean;
};

export interface CommandDefinition<O extends Options> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What the command does, for its own help. */
  readonly description: string;
  readonly options: O;
  /** What stands for each of its files in the help, where it takes other files than one optional one: all are needed. */
  readonly files?: readonly string[];
  /** Resolves to the exit code; to undefined when the process is to live on. */
  run(file: string | undefined, values: Values<O>, files: readonly string[]): Promise<number | undefined>;
}

/** A command with its options' types folded away. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly options: Options;
  readonly files: readonly string[] | undefined;
  execute(argv: readonly string[]): Promise<number | undefined>;
}

/** Ties a command's options to the values that its `run` receives. A command takes one optional file, or says which ones. */
export function command<const O extends Options>(definition: CommandDefinition<O>): Command {
  const { name, summary, description, options, files } = definition;
  return {
    name,
    summary,
    description,
    options,
    files,
    execute: async (argv) => {
      const { positionals, values } = parse(definition, argv);
      return definition.run(positionals[0], values as Values<O>, positionals);
    },
  };
}

function parse(
  {
    name,
    options,
    files,
  }: { readonly name: string; readonly options: Options; readonly files?: readonly string[] },
  argv: readonly string[],
): { positionals: readonly string[]; values: Record<string, unknown> } {
  refuseUnknown(name, options, argv);
  const { values, positionals } = strictly(name, options, argv);
  const given = positionals.length === 0 ? "nothing" : positionals.join(" and ");
  if (files !== undefined && positionals.length !== files.length)
    throw misuse(`waymark ${name} takes ${files.join(" and ")}, not ${given}.`, help(name));
  if (files === undefined && positionals.length > 1)
    throw misuse(`waymark ${name} takes one file, not ${given}.`, help(name));
  return { positionals, values };
}

/** Before the strict parse, whose own message knows no suggestion. */
function refuseUnknown(name: string, options: Options, argv: readonly string[]): void {
  const { tokens } = parseArgs({
    args: [...argv],
    options: parseOptions(options),
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const guess = nearest(token.name, Object.keys(options));
    throw misuse(
      `waymark ${name} has no option ${token.rawName}.`,
      guess === undefined ? help(name) : `Did you mean --${guess}?`,
    );
  }
}

function strictly(
  name: string,
  options: Options,
  argv: readonly string[],
): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({ args: [...argv], options: parseOptions(options), allowPositionals: true });
  } catch (error) {
    throw misuse(`waymark ${name}: ${(error as Error).message.split(/[.\n]/)[0]}`, help(name));
  }
}

function parseOptions(options: Options): Record<string, { type: "string" | "boolean"; short?: string }> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [
      name,
      short === undefined ? { type } : { type, short },
    ]),
  );
}

function help(name: string): string {
  return `waymark ${name} --help lists what it takes.`;
}
