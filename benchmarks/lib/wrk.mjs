// One window of load by wrk.
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pinned } from "./process.mjs";

let folder;

/** The Lua script that makes wrk send a workload's requests; undefined where it needs none. */
export function scriptOf({ name, method, headers, body }) {
  if (method === "GET" && headers === undefined) return undefined;
  folder ??= mkdtempSync(join(tmpdir(), "waymark-bench-"));
  const lines = [`wrk.method = "${method}"`];
  for (const [field, value] of Object.entries(headers ?? {}))
    lines.push(`wrk.headers["${field}"] = [==[${value}]==]`);
  if (body !== undefined) lines.push(`wrk.body = [==[${body}]==]`);
  const file = join(folder, `${name}.lua`);
  writeFileSync(file, lines.join("\n"));
  return file;
}

/** Loads a server for so many seconds. Rejects when an answer is no 2xx or a connection breaks. */
export async function load(port, workload, script, seconds, connections = 64) {
  const options = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "20s"];
  if (script !== undefined) options.push("-s", script);
  const output = await run(pinned(1, ["wrk", ...options, `http://127.0.0.1:${port}${workload.path}`]));
  if (/Non-2xx|Socket errors/.test(output)) throw new Error(`wrk saw errors in ${workload.name}:\n${output}`);
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]),
    requests: Number(/(\d+) requests in/.exec(output)[1]),
    p99: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(output)),
  };
}

function milliseconds([, number, unit]) {
  return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit];
}

/** Standard output of a command that succeeds. */
export function run([command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let errors = "";
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (errors += data));
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${command} ended with ${code}:\n${out}${errors}`)),
    );
  });
}
