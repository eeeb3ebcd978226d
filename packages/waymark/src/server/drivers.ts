import type { Driver, DriverChoice, ServerName } from "./driver.ts";

interface Runtime {
  readonly name: string;
  /** What it listens with unless told otherwise. */
  readonly server: ServerName;
  /** The same for an application with routes for WebSockets: one whose limits and back-pressure are ours to set. */
  readonly sockets: ServerName;
}

const DRIVERS: Readonly<Record<ServerName, () => Promise<Driver>>> = {
  wire: async () => (await import("./node.ts")).nodeDriver,
  "node-http": async () => (await import("./node-http.ts")).nodeHttpDriver,
  bun: async () => (await import("./bun.ts")).bunDriver,
  deno: async () => (await import("./deno.ts")).denoDriver,
};

/** The driver to listen with: the one that is named, or what suits the runtime. Throws a `TypeError` where it does not run here. */
export async function loadDriver({ server, http2, sockets = false }: DriverChoice): Promise<Driver> {
  const runtime = thisRuntime();
  if (http2) {
    if (runtime.name !== "Node")
      throw new TypeError(`The option http2 is for Node; this is ${runtime.name}.`);
    if (server === "wire")
      throw new TypeError("The server 'wire' speaks HTTP/1.1 alone: leave out server or http2.");
    return (await import("./node-http2.ts")).nodeHttp2Driver;
  }
  const name = server ?? (sockets ? runtime.sockets : runtime.server);
  const isForeign = (name === "bun" || name === "deno") && name !== runtime.server;
  if (isForeign || !Object.hasOwn(DRIVERS, name))
    throw new TypeError(`There is no server '${name}' on ${runtime.name}: leave the option out.`);
  return DRIVERS[name]();
}

function thisRuntime(): Runtime {
  if ("Bun" in globalThis) return { name: "Bun", server: "bun", sockets: "node-http" };
  if ("Deno" in globalThis) return { name: "Deno", server: "deno", sockets: "node-http" };
  return { name: "Node", server: "wire", sockets: "wire" };
}
