import type { Command } from "./command.ts";

/** What `waymark --help` prints. */
export function overview(commands: readonly Command[]): string {
  return [
    "Usage: waymark <command> [file] [options]",
    "",
    "Commands:",
    ...rows(commands.map(({ name, summary }) => [name, summary])),
    "",
    "Options:",
    ...rows([
      ["-h, --help", "this text, or the help of a command"],
      ["-v, --version", "the version of Waymark"],
    ]),
    "",
    "Without a file: app.ts, main.ts, src/app.ts or src/main.ts, or the same as .js.",
    "",
  ].join("\n");
}

/** What `waymark <command> --help` prints. */
export function commandHelp({ name, description, options, files = ["[file]"] }: Command): string {
  return [
    `Usage: waymark ${name} ${files.join(" ")} [options]`,
    "",
    description,
    "",
    "Options:",
    ...rows(
      Object.entries(options).map(([option, { short, value, help }]) => [
        `${short === undefined ? "    " : `-${short}, `}--${option}${value === undefined ? "" : ` ${value}`}`,
        help,
      ]),
    ),
    "",
  ].join("\n");
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
