import { readFileSync } from "node:fs";
import { nearest } from "../routing/nearest.ts";
import { CliError, misuse } from "./cli-error.ts";
import type { Command } from "./command.ts";
import { isPlaceless } from "./describe-error.ts";
import { dev } from "./dev.ts";
import { diff } from "./diff.ts";
import { gateway } from "./gateway.ts";
import { commandHelp, overview } from "./help.ts";
import { openapi } from "./openapi.ts";
import { report } from "./report.ts";
import { routes } from "./routes.ts";
import { run } from "./run.ts";

const COMMANDS: readonly Command[] = [dev, run, routes, openapi, diff, gateway];

/** The `waymark` command: what is left when the arguments were obeyed is an exit code, or a server that lives on. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  // `waymark routes app.ts | head` closes the pipe when it has seen enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  try {
    const code = await obey(argv);
    // The user's module may hold timers and connections that would keep the process.
    if (code !== undefined) process.stdout.write("", () => process.exit(code));
  } catch (error) {
    if (isPlaceless(error)) throw error;
    report(error);
    process.exit(error instanceof CliError ? error.exitCode : 1);
  }
}

function obey(argv: readonly string[]): Promise<number | undefined> {
  const [first, ...rest] = argv;
  if (first === undefined) throw misuse("waymark needs a command.", overview(COMMANDS).trimEnd());
  if (first === "--help" || first === "-h" || first === "help") return print(helpFor(rest[0]));
  if (first === "--version" || first === "-v") return print(`${version()}\n`);
  const chosen = find(first);
  // The gateway's own commands have their own help.
  if (chosen !== gateway && (rest.includes("--help") || rest.includes("-h")))
    return print(commandHelp(chosen));
  return chosen.execute(rest);
}

function find(name: string): Command {
  const found = COMMANDS.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  const names = COMMANDS.map((candidate) => candidate.name);
  const guess = nearest(name, names);
  const kind = name.startsWith("-") ? "option" : "command";
  const list = `The commands are ${names.join(", ")}; waymark --help says more.`;
  throw misuse(`waymark has no ${kind} ${name}.`, guess === undefined ? list : `Did you mean ${guess}?`);
}

function helpFor(name: string | undefined): string {
  return name === undefined ? overview(COMMANDS) : commandHelp(find(name));
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

async function print(text: string): Promise<number> {
  process.stdout.write(text);
  return 0;
}
