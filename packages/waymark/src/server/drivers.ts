import type { Driver, DriverChoice, ServerName } from "./driver.ts";

interface Runtime {
  readonly name: string;
  readonly servers: Readonly<Partial<Record<ServerName, () => Promise<Driver>>>>;
  /** What it listens with unless told otherwise. */
  readonly server: ServerName;
  /** The same for an application with routes for WebSockets: one whose limits and back-pressure are ours to set. */
  readonly sockets: ServerName;
}

const nodeHttp = async (): Promise<Driver> => (await import("./node-http.ts")).nodeHttpDriver;

const NODE: Runtime = {
  name: "Node",
  servers: { wire: async () => (await import("./node.ts")).nodeDriver, "node-http": nodeHttp },
  server: "wire",
  sockets: "wire",
};
const BUN: Runtime = {
  name: "Bun",
  servers: {
    wire: async () => (await import("./bun-wire.ts")).bunWireDriver,
    "node-http": nodeHttp,
    bun: async () => (await import("./bun.ts")).bunDriver,
  },
  server: "wire",
  sockets: "wire",
};
const DENO: Runtime = {
  name: "Deno",
  servers: { "node-http": nodeHttp, deno: async () => (await import("./deno.ts")).denoDriver },
  server: "deno",
  sockets: "node-http",
};

/** The driver to listen with: the one that is named, or what suits the runtime. Throws a `TypeError` where it does not run here. */
export async function loadDriver({ server, http2, sockets = false }: DriverChoice): Promise<Driver> {
  const runtime = thisRuntime();
  if (http2) {
    if (runtime !== NODE) throw new TypeError(`The option http2 is for Node; this is ${runtime.name}.`);
    if (server === "wire")
      throw new TypeError("The server 'wire' speaks HTTP/1.1 alone: leave out server or http2.");
    return (await import("./node-http2.ts")).nodeHttp2Driver;
  }
  const name = server ?? (sockets ? runtime.sockets : runtime.server);
  const load = Object.hasOwn(runtime.servers, name) ? runtime.servers[name] : undefined;
  if (load === undefined)
    throw new TypeError(`There is no server '${name}' on ${runtime.name}: leave the option out.`);
  return load();
}

function thisRuntime(): Runtime {
  if ("Bun" in globalThis) return BUN;
  return "Deno" in globalThis ? DENO : NODE;
}
