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
  /** Resolves to the exit code; to undefined when the process is to live on. */
  run(file: string | undefined, values: Values<O>): Promise<number | undefined>;
}

/** A command with its options' types folded away. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly options: Options;
  execute(argv: readonly string[]): Promise<number | undefined>;
}

/** Ties a command's options to the values that its `run` receives. Every command takes one optional file. */
export function command<const O extends Options>(definition: CommandDefinition<O>): Command {
  const { name, summary, description, options } = definition;
  return {
    name,
    summary,
    description,
    options,
    execute: async (argv) => {
      const { file, values } = parse(name, options, argv);
      return definition.run(file, values as Values<O>);
    },
  };
}

function parse(
  name: string,
  options: Options,
  argv: readonly string[],
): { file: string | undefined; values: Record<string, unknown> } {
  refuseUnknown(name, options, argv);
  const { values, positionals } = strictly(name, options, argv);
  if (positionals.length > 1)
    throw misuse(`waymark ${name} takes one file, not ${positionals.join(" and ")}.`, help(name));
  return { file: positionals[0], values };
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
