/**
 * `waymark gateway`, as the `waymark` command runs it.
 *
 * @module
 */
import { CliError, misuse, nearest, painter } from "waymark/internal";
import { ConfigurationError } from "../configuration-error.ts";
import { check } from "./check.ts";
import { compile } from "./compile.ts";
import { diff } from "./diff.ts";
import { explain } from "./explain.ts";
import { mistakesText } from "./mistakes-text.ts";
import { helpOf, parseSubCommand, zeroOptions, type Output, type SubCommand } from "./sub-command.ts";

export type { Output, SubCommand } from "./sub-command.ts";

const COMMANDS: readonly SubCommand[] = [check, explain, diff, compile];

const PROCESS: Output = {
  out: (text) => void process.stdout.write(text),
  directory: process.cwd(),
  environment: process.env,
};

/** What the `waymark` command calls. The data plane is loaded where it is to run, and not to check a file. */
export async function main(argv: readonly string[]): Promise<number | undefined> {
  const isNamed = COMMANDS.some(({ name }) => name === argv[0]);
  return runGatewayCommand(argv, isNamed ? undefined : (await import("./start.ts")).start);
}

/**
 * Obeys what stands behind `waymark gateway`. Resolves to the exit code; to undefined where the process is to live on.
 * Rejects with a `CliError` for a command line that cannot be read.
 *
 * @param start what runs the gateway, where no other command is named
 */
export async function runGatewayCommand(
  argv: readonly string[],
  start: SubCommand | undefined,
  output: Output = PROCESS,
): Promise<number | undefined> {
  const [first, ...rest] = argv;
  const named = COMMANDS.find(({ name }) => name === first);
  const [chosen, given] = named === undefined ? [start, argv] : [named, rest];
  if (given.includes("--help") || given.includes("-h")) {
    output.out(named === undefined ? overview(start) : helpOf(named));
    return 0;
  }
  if (named === undefined && first !== undefined) refuseSlip(first);
  if (chosen === undefined) throw misuse("waymark gateway needs a command.", overview(start).trimEnd());
  const { places, values } = parseSubCommand(chosen, given);
  try {
    return await chosen.run(places, values, { ...output, zero: zeroOptions(values) });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const count = error.mistakes.length;
    process.stderr.write(mistakesText(error.mistakes, "error", painter(process.stderr)));
    throw new CliError(`the gateway cannot run: ${count} ${count === 1 ? "mistake" : "mistakes"}`);
  }
}

/** `waymark gateway chekc` means a command and no file. */
function refuseSlip(word: string): void {
  const guess = nearest(
    word,
    COMMANDS.map(({ name }) => name),
  );
  if (guess !== undefined && /^[a-z]+$/.test(word))
    throw misuse(`waymark gateway has no command ${word}.`, `Did you mean ${guess}?`);
}

function overview(start: SubCommand | undefined): string {
  const rows = COMMANDS.map(({ name, usage, summary }): [string, string] => [`${name} ${usage}`, summary]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const own = start === undefined ? "" : `${helpOf(start)}\n`;
  return `${own}Commands:\n${rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n")}\n`;
}
