import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import type { Mistake } from "../start-up-error.ts";
import { CliError } from "./cli-error.ts";
import { describeSyntaxError } from "./syntax-error.ts";
import type { Paint } from "./terminal.ts";

/** An error as text for the terminal, its last newline included. */
export function describeError(error: unknown, paint: Paint, directory: string): string {
  if (error instanceof CliError) return describeCliError(error, paint);
  const mistakes = mistakesOf(error);
  if (mistakes !== undefined) return describeMistakes(mistakes, paint, directory);
  if (error instanceof Error && error.name === "SettingsError")
    return `${paint("red", "error:")} ${error.message}\n`;
  return describeSyntaxError(error, paint, directory) ?? describeForeign(error);
}

/**
 * Whether only Node itself can say where the error is: it keeps the place of a JavaScript syntax error out of reach, and
 * shows it when the error is thrown to the top.
 */
export function isPlaceless(error: unknown): boolean {
  return (
    error instanceof SyntaxError &&
    error.stack?.startsWith("SyntaxError: ") === true &&
    !hasUserFrame(error.stack)
  );
}

function describeCliError({ message, hint = "" }: CliError, paint: Paint): string {
  return `${paint("red", "error:")} ${message}\n${hint.replace(/^(?=.)/gm, "  ")}${hint === "" ? "" : "\n"}`;
}

/** By shape: the project may hold another copy of the package. */
function mistakesOf(error: unknown): readonly Mistake[] | undefined {
  if (!(error instanceof Error) || error.name !== "StartUpError" || !("mistakes" in error)) return undefined;
  return Array.isArray(error.mistakes) ? error.mistakes : undefined;
}

function describeMistakes(mistakes: readonly Mistake[], paint: Paint, directory: string): string {
  const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
  const blocks = mistakes.map((mistake) => describeMistake(mistake, paint, directory));
  return [`${paint("red", "error:")} the application cannot start: ${count}\n`, ...blocks].join("\n");
}

function describeMistake(
  { code, message, remedy, route, at }: Mistake,
  paint: Paint,
  directory: string,
): string {
  const where = [
    route === undefined ? undefined : paint("bold", route),
    at === undefined ? undefined : paint("dim", shorten(at, directory)),
  ].filter((part) => part !== undefined);
  const lines = [
    ...(where.length === 0 ? [] : [where.join("  ")]),
    message,
    `${paint("green", "→")} ${remedy}`,
  ];
  return (
    lines.map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`)).join("\n") +
    paint("dim", `  [${code}]`) +
    "\n"
  );
}

/** Whatever the user's own code threw: everything but the frames that are not theirs. */
function describeForeign(error: unknown): string {
  const kept: string[] = [];
  for (const line of inspect(error).split("\n")) {
    if (!isForeignFrame(line)) kept.push(line);
    // The last frame of an error with properties opens their brace.
    else if (line.endsWith(" {")) kept.push(`${kept.pop() ?? ""} {`);
  }
  return `${kept.join("\n")}\n`;
}

const FRAME = /^\s+at /;
const NOT_THEIRS = /[ (]node:|\(<anonymous>\)|[\\/]node_modules[\\/](?:tsx|esbuild|waymark)[\\/]/;
/** What runs is in `dist`; source maps show it as `src`. Frames name files by paths or by URLs. */
const OWN: readonly string[] = ["../", "../../src/", "../../bin/"]
  .map((folder) => new URL(folder, import.meta.url))
  .flatMap((folder) => [folder.href, fileURLToPath(folder)]);

function isForeignFrame(line: string): boolean {
  return FRAME.test(line) && (NOT_THEIRS.test(line) || OWN.some((folder) => line.includes(folder)));
}

function hasUserFrame(stack: string): boolean {
  return stack.split("\n").some((line) => FRAME.test(line) && !isForeignFrame(line));
}

/** "file:line" relative to where the command was called. */
function shorten(at: string, directory: string): string {
  const path = at.startsWith("file:") ? fileURLToPath(at) : at;
  const short = relative(directory, path);
  return short.length < path.length ? short : path;
}
