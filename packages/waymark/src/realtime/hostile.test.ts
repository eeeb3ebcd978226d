// Frames that no honest client sends: the right code, little memory, and a server that goes on.
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { deflateRawSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { request } from "../inputs/request.ts";
import { serve, type Running } from "../server/serve.ts";
import {
  BINARY,
  CLOSE,
  destroyAll,
  frame,
  handshake,
  PING,
  PONG,
  RawWebSocket,
  TEXT,
} from "./raw-web-socket.fixture.ts";
import { socket } from "./socket.ts";

const MEBIBYTE = 1024 * 1024;

let setUps = 0;
let tornDown = 0;
const counted = dependency({}, async function* counted() {
  setUps++;
  try {
    yield 1;
  } finally {
    tornDown++;
  }
});
const slowly = dependency({ input: { request: request(), counted } }, async ({ request: { signal } }) => {
  await wait(5, undefined, { signal });
});

const echo = socket({ input: { counted } }, async ({ connection }) => {
  for await (const message of connection) await connection.send(message);
});
const compressed = socket({ input: { counted }, compress: true }, async ({ connection }) => {
  for await (const message of connection) await connection.send(message);
});
const slow = socket({ input: { slowly, counted } }, async ({ connection }) => {
  for await (const message of connection) {
    if (connection.signal.aborted) return;
    await wait(1);
    await connection.send(message);
  }
});
const idle = socket({ input: { counted } }, async ({ connection }) => {
  await new Promise((resolve) => connection.signal.addEventListener("abort", resolve));
});

describe.each(["wire", "node-http"] as const)("hostile clients of %s", (server) => {
  let running: Running;
  beforeAll(async () => {
    const app = new App({ logger: { error: () => undefined, warn: () => undefined }, openapi: false });
    app.websocket("/echo", echo);
    app.websocket("/compressed", compressed);
    app.websocket("/slow", slow);
    app.websocket("/idle", idle);
    running = await serve(app, { port: 0, signals: false, server });
  });
  afterEach(async () => {
    destroyAll();
    // Whatever was done to it, it goes on.
    const client = await RawWebSocket.open(running.port, "/echo");
    client.write(frame(TEXT, "alive"));
    if ((await client.frame(0)).payload.toString() !== "alive") throw new Error("it answers something else");
    client.destroy();
    while (tornDown < setUps) await wait(5);
    if (tornDown > setUps) throw new Error("torn down twice");
  });
  afterAll(() => running.close());

  const open = (path = "/echo", fields?: Record<string, string>): Promise<RawWebSocket> =>
    RawWebSocket.open(running.port, path, fields);

  it.each([
    ["a reserved bit", frame(TEXT, "x", { reserved: 4 }), 1002],
    ["another reserved bit", frame(TEXT, "x", { reserved: 2 }), 1002],
    ["the last reserved bit", frame(TEXT, "x", { reserved: 1 }), 1002],
    ["a reserved opcode", frame(3, "x"), 1002],
    ["a reserved control opcode", frame(0xb), 1002],
    ["a frame without a mask", frame(TEXT, "x", { masked: false }), 1002],
    ["text that is not UTF-8", frame(TEXT, Uint8Array.of(0xc3, 0x28)), 1007],
    ["text cut in the middle of a character", frame(TEXT, Uint8Array.of(0xe2, 0x82)), 1007],
    ["a surrogate in UTF-8", frame(TEXT, Uint8Array.of(0xed, 0xa0, 0x80)), 1007],
    ["a length of 2^63", frame(BINARY, "x", { length: 2n ** 63n }), 1009],
    ["a length of 2^53", frame(BINARY, "x", { length: 2n ** 53n }), 1009],
    ["a length above the limit", frame(BINARY, "x", { length: BigInt(MEBIBYTE) + 1n }), 1009],
    ["a continuation of nothing", frame(0, "x"), 1002],
    ["a message within a message", Buffer.concat([frame(TEXT, "x", { fin: false }), frame(TEXT, "y")]), 1002],
    ["a control frame in pieces", frame(PING, "x", { fin: false }), 1002],
    ["a control frame of 126 bytes", frame(PING, "x".repeat(126)), 1002],
    ["a close frame of one byte", frame(CLOSE, "x"), 1002],
    ["a close code that nobody may send", frame(CLOSE, Uint8Array.of(0x03, 0xed)), 1002],
    ["a close reason that is not UTF-8", frame(CLOSE, Uint8Array.of(0x03, 0xe8, 0xff)), 1007],
    [
      "a message of pieces that are too large together",
      Buffer.concat([frame(BINARY, Buffer.alloc(MEBIBYTE), { fin: false }), frame(0, "x")]),
      1009,
    ],
    ["a compressed message that was not agreed on", frame(TEXT, deflateRawSync("x"), { reserved: 4 }), 1002],
  ])("%s closes with its code", async (_what, bytes, code) => {
    const client = (await open()).write(bytes);
    expect((await client.closing()).code).toBe(code);
    await client.closed;
  });

  it("131,000 fragments of a message that never ends are cut off before they cost a megabyte", async () => {
    const client = await open();
    const some = Buffer.concat(Array.from({ length: 100 }, () => frame(0, "x", { fin: false })));
    client.write(frame(TEXT, "x", { fin: false }));
    const before = await kept();
    let most = 0;
    for (let i = 0; i < 1310 && !client.isOver; i++) {
      await client.flush(some);
      if (i < 20) most = Math.max(most, (await kept()) - before);
    }
    expect((await client.closing()).code).toBe(1008);
    expect(most).toBeLessThan(MEBIBYTE);
  });

  it("a compression bomb is cut off at the limit", async () => {
    const client = await open("/compressed", { "Sec-WebSocket-Extensions": "permessage-deflate" });
    expect(await client.head()).toMatch(/^sec-websocket-extensions: permessage-deflate; /im);
    client.write(frame(TEXT, deflated("x".repeat(2000)), { reserved: 4 }));
    expect((await client.frame(0)).reserved).toBe(4);
    const bomb = frame(BINARY, deflated(Buffer.alloc(512 * MEBIBYTE)), { reserved: 4 });
    const before = await kept();
    client.write(bomb);
    expect((await client.closing()).code).toBe(1009);
    // What was inflated until then goes when it is collected.
    expect((await kept()) - before).toBeLessThan(4 * MEBIBYTE);
  });

  it("nobody gets compression who is not offered it", async () => {
    const client = await open("/echo", { "Sec-WebSocket-Extensions": "permessage-deflate" });
    expect(await client.head()).not.toMatch(/^sec-websocket-extensions/im);
  });

  it("a flood of pings is answered as long as the answers are read, and cut off when they are not", async () => {
    const reading = await open();
    const some = Buffer.concat(Array.from({ length: 30 }, () => frame(PING, "x".repeat(100))));
    for (let i = 0; i < 100; i++) {
      await reading.flush(some);
      await reading.frame(30 * (i + 1) - 1);
    }
    expect(reading.frames.every(({ opcode }) => opcode === PONG)).toBe(true);
    const deaf = (await open()).pause();
    const before = await kept();
    let isCut = false;
    const flood = (async () => {
      while (!isCut) await Promise.race([deaf.flush(some), wait(20)]);
    })();
    // Of the two that are open, one.
    await until(() => setUps - tornDown === 1);
    isCut = true;
    expect((await kept()) - before).toBeLessThan(MEBIBYTE);
    await flood;
  });

  it("a flood of empty messages to a function that reads slowly, or not at all, waits", async () => {
    const some = Buffer.concat(Array.from({ length: 10_000 }, () => frame(TEXT, "")));
    for (const path of ["/slow", "/idle"]) {
      const client = await open(path);
      const before = await kept();
      let sent = 0;
      const sending = (async () => {
        for (; sent < 300 && !client.isOver; sent++) await Promise.race([client.flush(some), client.closed]);
      })();
      await wait(200);
      expect(sent).toBeLessThan(300);
      expect((await kept()) - before).toBeLessThan(MEBIBYTE);
      client.destroy();
      await sending;
    }
  });

  it("a frame that comes byte by byte is a frame", async () => {
    const client = await open();
    for (const byte of frame(TEXT, "slowly")) await client.flush(Uint8Array.of(byte));
    expect((await client.frame(0)).payload.toString()).toBe("slowly");
  });

  it("bytes that are no frames, in any amount, are not kept", async () => {
    const client = new RawWebSocket(running.port).write(handshake("/slow"));
    const noise = Buffer.alloc(MEBIBYTE, 0xff);
    let sent = 0;
    const sending = (async () => {
      for (; sent < 64 && !client.isOver; sent++) await Promise.race([client.flush(noise), client.closed]);
    })();
    expect((await client.closing()).code).toBe(1002);
    client.destroy();
    await sending;
  });

  it("clients that leave at any stage leave nothing behind", async () => {
    const leave = [(client: RawWebSocket) => client.destroy(), (client: RawWebSocket) => client.reset()];
    const stages = [
      (client: RawWebSocket) => client.write(handshake("/slow").slice(0, 40)),
      (client: RawWebSocket) => client.write(handshake("/slow")),
      async (client: RawWebSocket) => void (await client.write(handshake("/slow")).head()),
      async (client: RawWebSocket) => {
        await client.write(handshake("/slow")).head();
        client.write(frame(TEXT, "half").subarray(0, 5));
        await wait(1);
      },
      async (client: RawWebSocket) => {
        await client.write(handshake("/slow")).head();
        client.write(frame(TEXT, "whole"));
      },
      async (client: RawWebSocket) => {
        await client.write(handshake("/slow")).head();
        client.write(frame(TEXT, "whole"));
        await client.frame(0);
      },
      async (client: RawWebSocket) => {
        await client.write(handshake("/slow")).head();
        client.write(frame(CLOSE, Uint8Array.of(0x03, 0xe8)));
      },
    ];
    for (let i = 0; i < 300; i++) {
      const client = new RawWebSocket(running.port);
      await stages[i % stages.length]!(client);
      leave[i % 2]!(client);
    }
    expect(setUps).toBeGreaterThan(200);
    // That as many are torn down is waited for after every test.
  });
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that are in use, garbage aside. */
async function kept(): Promise<number> {
  await wait(1);
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await wait(5);
}

/** RFC 7692 §7.2.1: without the end of the flush. */
function deflated(data: string | Uint8Array): Buffer {
  return deflateRawSync(data, { finishFlush: 2 }).subarray(0, -4);
}
