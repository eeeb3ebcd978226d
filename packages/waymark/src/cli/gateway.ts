import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CliError } from "./cli-error.ts";
import type { Command } from "./command.ts";

const PACKAGE = "@waymark/gateway";

interface GatewayCommands {
  main(argv: readonly string[]): Promise<number | undefined>;
}

/** The gateway is a package of its own: what has no gateway does not install one. */
export const gateway: Command = {
  name: "gateway",
  summary: "one entry point for services with OpenAPI documents",
  description: [
    "Runs a gateway: waymark gateway gateway.yaml, or waymark gateway ./specs/*.yaml without any configuration.",
    "Its commands: check, explain, diff, compile; each has its own --help.",
  ].join("\n"),
  options: {},
  files: ["[gateway.yaml | documents…]"],
  async execute(argv) {
    const commands = await load();
    return commands.main(argv);
  },
};

/** The project's own, else the one beside this package. */
async function load(): Promise<GatewayCommands> {
  for (const base of [join(process.cwd(), "package.json"), import.meta.url]) {
    const file = find(base);
    if (file !== undefined) return (await import(pathToFileURL(file).href)) as GatewayCommands;
  }
  throw new CliError(`waymark gateway needs the package ${PACKAGE}.`, `npm install ${PACKAGE}`);
}

function find(base: string): string | undefined {
  try {
    return createRequire(base).resolve(`${PACKAGE}/cli`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
