import { parseArgs } from "node:util";
import { misuse, nearest } from "waymark/internal";
import type { ZeroOptions } from "../config/zero-config.ts";

export interface SubOption {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** What stands for the value in the help: "<file>". */
  readonly value?: string;
  readonly help: string;
  /** May be given several times. */
  readonly multiple?: boolean;
}

export type SubOptions = Readonly<Record<string, SubOption>>;
export type SubValues = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

/** What stands behind `waymark gateway`. */
export interface SubCommand {
  readonly name: string;
  /** What is written behind the name: "[files]". */
  readonly usage: string;
  readonly summary: string;
  readonly description: string;
  readonly options: SubOptions;
  run(places: readonly string[], values: SubValues, output: Output): Promise<number | undefined>;
}

/** Where a command writes. */
export interface Output {
  readonly out: (text: string) => void;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What holds for documents without a configuration. */
  readonly zero?: ZeroOptions;
}

/** What every command takes that reads documents. */
export const ZERO_OPTIONS: SubOptions = {
  authentication: {
    type: "string",
    value: "upstream",
    help: "documents alone: their services check credentials themselves",
  },
};

/** Throws a `CliError` for what cannot be. */
export function zeroOptions({ authentication }: SubValues): ZeroOptions {
  if (authentication === undefined) return {};
  if (authentication === "upstream" || authentication === "gateway") return { authentication };
  throw misuse("--authentication takes upstream or gateway.", "waymark gateway --authentication upstream");
}

/** Throws a `CliError` (exit code 2) for options that there are not. */
export function parseSubCommand(
  { name, options: own }: SubCommand,
  argv: readonly string[],
): { places: string[]; values: SubValues } {
  const options = { ...own, ...ZERO_OPTIONS };
  const known = Object.fromEntries(
    Object.entries(options).map(([option, { type, short, multiple }]) => [
      option,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === true ? { multiple } : {}) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options: known, strict: false, tokens: true });
  for (const token of tokens)
    if (token.kind === "option" && !Object.hasOwn(options, token.name)) {
      const guess = nearest(token.name, Object.keys(options));
      throw misuse(
        `waymark gateway ${name} has no option ${token.rawName}.`.replace("  ", " "),
        guess === undefined
          ? `waymark gateway ${name} --help lists what it takes.`
          : `Did you mean --${guess}?`,
      );
    }
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: known, allowPositionals: true });
    return { places: positionals, values };
  } catch (error) {
    throw misuse(`waymark gateway ${name}: ${(error as Error).message.split(/[.\n]/)[0]}`);
  }
}

export function helpOf({ name, usage, description, options }: SubCommand): string {
  const rows = Object.entries({ ...options, ...ZERO_OPTIONS }).map(
    ([option, { short, value, help }]): [string, string] => [
      `${short === undefined ? "    " : `-${short}, `}--${option}${value === undefined ? "" : ` ${value}`}`,
      help,
    ],
  );
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  const command = ["waymark gateway", name, usage].filter((part) => part !== "").join(" ");
  return [
    `Usage: ${command}`,
    "",
    description,
    ...(lines.length === 0 ? [] : ["", "Options:", ...lines]),
    "",
  ].join("\n");
}
