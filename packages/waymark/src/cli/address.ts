import type { DocsPaths } from "../docs/settings.ts";
import { isRootPath } from "../http/root-path.ts";
import { CliError, misuse } from "./cli-error.ts";

export interface Address {
  readonly port: number;
  readonly host: string;
  /** What clients write before every path; the application's own word when absent. */
  readonly rootPath?: string;
}

export const addressOptions = {
  port: {
    type: "string",
    short: "p",
    value: "<number>",
    help: "port to listen on; default: $PORT, else 8000; 0 takes a free one",
  },
  host: {
    type: "string",
    value: "<name>",
    help: "address to listen on; default 127.0.0.1; 0.0.0.0 opens it to the network",
  },
  "root-path": {
    type: "string",
    value: "<path>",
    help: "what clients write before every path and a proxy takes away: /shop",
  },
} as const;

/** Where to listen. Throws `CliError` (exit code 2) for what is not a port. */
export function parseAddress(
  values: { readonly port?: string; readonly host?: string; readonly "root-path"?: string },
  environment: { readonly PORT?: string | undefined },
): Address {
  const text = values.port ?? (environment.PORT || "8000");
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    const option = values.port === undefined ? "PORT" : "--port";
    throw misuse(`${option} ${JSON.stringify(text)} is not a port.`, "A port is a number from 0 to 65535.");
  }
  const { "root-path": rootPath, host = "127.0.0.1" } = values;
  if (rootPath === undefined) return { port, host };
  if (!isRootPath(rootPath))
    throw misuse(
      `--root-path ${JSON.stringify(rootPath)} cannot stand before every path.`,
      'Begin it with "/", and leave out the last one: /shop.',
    );
  return { port, host, rootPath };
}

/** The address cannot be had; no change of a file will help. */
export class ListenError extends CliError {}

/** What kept a server from listening, with what to do about it on the command line; any other error as it is. */
export function asListenError(error: unknown, { port, host }: Address): unknown {
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "EADDRINUSE":
      return new ListenError(
        `Port ${port} on ${host} is taken by another program.`,
        `Stop that one, or take another port: --port ${port === 65_535 ? 0 : port + 1}`,
      );
    case "EACCES":
      return new ListenError(
        `This user may not listen on port ${port}.`,
        "Take one from 1024 up: --port 8000",
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ListenError(
        `${host} is not an address of this machine.`,
        "127.0.0.1 serves this machine alone, 0.0.0.0 every network it is on.",
      );
    default:
      return error;
  }
}

/** The addresses that a server answers at, one a line; `0.0.0.0` and `::` as something a browser can open. */
export function describeAddresses(url: string, docs: DocsPaths): string {
  const base = url.replace(/\/\/(?:0\.0\.0\.0|\[::\])(?=[:/]|$)/, "//localhost").replace(/\/$/, "");
  const rows = [
    ["API", base],
    ["Swagger UI", docs.docs],
    ["ReDoc", docs.redoc],
    ["OpenAPI", docs.openapi],
  ] as const;
  return rows
    .filter((row): row is readonly [(typeof row)[0], string] => row[1] !== undefined)
    .map(([name, path]) => `  ${name.padEnd(10)}  ${path.startsWith("/") ? base : ""}${path}\n`)
    .join("");
}
