// The gateway as its users run it, `waymark gateway`, in a process and a temporary folder of its own.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { handleOf } from "../start.mjs";

const command = fileURLToPath(new URL("../../../packages/waymark/bin/waymark.js", import.meta.url));
const inspect = fileURLToPath(new URL("inspect.mjs", import.meta.url));
/** Milliseconds for reading documents and listening. */
const PATIENCE = 30_000;
const LAST_WORDS = 64 * 1024;

/**
 * Writes `files` (by name; what is no text as JSON, which is YAML as well) to a folder, starts the gateway of
 * `gateway.yaml` there on a free port, and resolves when it listens.
 *
 * @param options `args` further ones of `waymark gateway`; `flags` of node; `environment`; `prefix` a command that ends in running what follows.
 */
export async function startGateway(
  files,
  { args = ["--no-watch"], flags = [], environment = {}, prefix = [] } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "waymark-gateway-"));
  const write = (name, content) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      typeof content === "string" ? content : JSON.stringify(content, null, 2),
    );
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  const node = [process.execPath, "--expose-gc", "--import", inspect, ...flags];
  const gateway = [command, "gateway", "gateway.yaml", "--host", "127.0.0.1", "--port", "0", ...args];
  const [program, ...rest] = [...prefix, ...node, ...gateway];
  const child = spawn(program, rest, {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const handle = handleOf(child);
  const said = new LastWords(child.stdout);
  const complaints = new LastWords(child.stderr);
  const end = async (signal) => {
    if (!handle.hasExited()) handle.signal(signal);
    const { code, signal: by } = await handle.exited;
    rmSync(folder, { recursive: true, force: true });
    return code ?? by;
  };
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE).unref());
  // The last line of the greeting is followed by an empty one.
  const greeting = await Promise.race([said.matches(/Gateway\s+http\S+[^]*\n\n/), handle.exited, late]);
  if (typeof greeting !== "string") {
    await end("SIGKILL");
    throw new Error(`the gateway does not listen:\n${said.text}${complaints.text}`);
  }
  const url = /Gateway\s+(http\S+)/.exec(greeting)[1];
  return {
    ...handle,
    folder,
    write,
    url,
    port: Number(new URL(url).port),
    /** Where metrics and status are; undefined without `--admin`. */
    adminUrl: /Status\s+(http\S+)/.exec(greeting)?.[1],
    /** What it wrote last to standard output (the access log) and to standard error. */
    said: () => said.text,
    complaints: () => complaints.text,
    /** Ends it as a supervisor does; gives its exit code. */
    close: () => end("SIGTERM"),
    stop: () => end("SIGKILL"),
  };
}

/** What a process wrote last. It may write a line a request: nothing is done with it until somebody asks. */
class LastWords {
  #pieces = [];
  #size = 0;
  #expected;

  constructor(stream) {
    stream.on("data", (piece) => {
      this.#pieces.push(piece);
      this.#size += piece.length;
      while (this.#size - this.#pieces[0].length > LAST_WORDS) this.#size -= this.#pieces.shift().length;
      this.#expected?.();
    });
  }
  get text() {
    return Buffer.concat(this.#pieces).toString();
  }
  /** Resolves with all that was written when it matches. */
  matches(pattern) {
    return new Promise((resolve) => {
      this.#expected = () => {
        if (!pattern.test(this.text)) return;
        this.#expected = undefined;
        resolve(this.text);
      };
      this.#expected();
    });
  }
}

/** An OpenAPI document of operations, given as `{ "GET /items/{id}": { operation } }`; what a path names is a parameter. */
export function documentOf(title, operations, members = {}) {
  const paths = {};
  for (const [key, operation] of Object.entries(operations)) {
    const [method, path] = key.split(" ");
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    (paths[path] ??= {})[method.toLowerCase()] = {
      operationId: key.replaceAll(/\W+/g, "_"),
      ...(names.length > 0 && {
        parameters: names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
      }),
      responses: { 200: { description: "Done" } },
      ...operation,
    };
  }
  return { openapi: "3.1.0", info: { title, version: "1.0.0" }, paths, ...members };
}
