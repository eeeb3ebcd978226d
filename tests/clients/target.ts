// What clients that are not ours talk to: small answers, big bodies both ways, and a stream that waits for its reader.
import { createHash } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { App, endpoint, path, query, reply, request, serve, type Running, type ServeOptions } from "waymark";
import { z } from "zod";

export const DRIVERS = ["wire", "node-http"] as const;

const MEBIBYTE = 1024 * 1024;
/** More than the server takes is 413. */
export const BODY_LIMIT: number = 4 * MEBIBYTE;
/** Not of one byte alone, nor of text: what is cut, doubled or decoded on the way has another digest. */
export const BIG: Buffer = Buffer.alloc(
  2 * MEBIBYTE,
  Uint8Array.from({ length: 251 }, (_, i) => i),
);
export const BIG_DIGEST: string = digestOf(BIG);

export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Streams whose rest is held back until somebody asks for it. */
const held = new Set<string>();

const readItem = endpoint(
  { input: { id: path(z.int()), q: query(z.string().optional()) } },
  function readItem({ id, q }) {
    return { id, q: q ?? null };
  },
);
const digest = endpoint({ input: { request: request() } }, async function digest({ request }) {
  const hash = createHash("sha256");
  let size = 0;
  for await (const piece of request.stream()) {
    hash.update(piece);
    size += piece.byteLength;
  }
  return { size, digest: hash.digest("hex") };
});
const echo = endpoint({ input: { request: request() } }, async function echo({ request }) {
  return new Response(Buffer.from(await request.bytes()), {
    headers: { "content-type": "application/octet-stream" },
  });
});
const hold = endpoint(
  { input: { name: path(z.string()), request: request() } },
  function hold({ name, request }) {
    return reply.stream(heldBack(name, request.signal), "text/plain");
  },
);
const release = endpoint({ input: { name: path(z.string()) } }, function release({ name }) {
  return { wasHeld: held.delete(name) };
});

/** The second piece comes when its name is released: only a reader that was given the first one can ask for that. */
async function* heldBack(name: string, signal: AbortSignal): AsyncGenerator<string> {
  held.add(name);
  yield "first ";
  while (held.has(name) && !signal.aborted) await wait(2);
  yield "second";
}

async function* thousand(): AsyncGenerator<string> {
  for (let i = 0; i < 1000; i++) yield `${i}\n`;
}
export const THOUSAND: string = Array.from({ length: 1000 }, (_, i) => `${i}\n`).join("");

function target(): App {
  const app = new App({
    title: "Target",
    limits: { body: BODY_LIMIT },
    logger: { error() {}, warn() {} },
    docs: false,
    redoc: false,
  });
  app.get("/", () => reply.html("<!doctype html><title>Target</title><link rel=icon href=data:,>"));
  app.get("/items/{id}", readItem);
  app.get("/big", () => reply.stream(pieces(BIG), undefined, { headers: lengthOf(BIG) }));
  app.get("/pieces", () => reply.stream(thousand(), "text/plain"));
  app.get("/held/{name}", hold);
  app.post("/held/{name}", release);
  app.post("/digest", digest);
  app.post("/echo", echo);
  return app;
}

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
const lengthOf = (bytes: Buffer): Record<string, string> => ({ "content-length": String(bytes.length) });

export interface Target extends Running {
  /** Connections that were accepted since the last call. */
  connections(): number;
}

/** Starts the target; counts what connects to it. */
export async function startTarget(options: ServeOptions): Promise<Target> {
  const running = await serve(target(), { port: 0, signals: false, ...options });
  let accepted = 0;
  const count = (message: unknown): void => {
    if ((message as { socket: Socket }).socket.localPort === running.port) accepted++;
  };
  subscribe("net.server.socket", count);
  return {
    ...running,
    connections() {
      const since = accepted;
      accepted = 0;
      return since;
    },
    async close() {
      unsubscribe("net.server.socket", count);
      await running.close();
    },
  };
}
