// F18: WebSockets of hostile clients: the codes they are closed with, and what they cost while they last.
import { deflateRawSync, constants } from "node:zlib";
import { aliveIn } from "./caller.mjs";
import { ms } from "./figures.mjs";
import { BINARY, CLOSE, frame, FrameClient, PING, TEXT } from "./frames.mjs";
import { sleep, start } from "./start.mjs";

const CONNECTIONS = 50;
const MEBIBYTE = 1024 * 1024;

/** Frames, and the code of RFC 6455 §7.4.1 that answers them. */
const CORPUS = [
  [frame(TEXT, "x", { reserved: 4 }), 1002],
  [frame(TEXT, "x", { reserved: 2 }), 1002],
  [frame(TEXT, "x", { reserved: 1 }), 1002],
  ...[3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf].map((opcode) => [frame(opcode, "x"), 1002]),
  [frame(TEXT, "x", { masked: false }), 1002],
  [frame(0, "x"), 1002],
  [Buffer.concat([frame(TEXT, "x", { fin: false }), frame(BINARY, "x")]), 1002],
  [frame(PING, "x", { fin: false }), 1002],
  [frame(PING, "x".repeat(126)), 1002],
  [frame(CLOSE, "x"), 1002],
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map((code) => [closing(code), 1002]),
  ...[1000, 1001, 1003, 1007, 1011, 3000, 4999].map((code) => [closing(code), code]),
  ...[[0xc3, 0x28], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff]].map((bytes) => [
    frame(TEXT, Uint8Array.from(bytes)),
    1007,
  ]),
  [frame(BINARY, "x", { length: 2n ** 63n }), 1009],
  [frame(BINARY, "x", { length: 2n ** 53n }), 1009],
  [frame(BINARY, "x", { length: BigInt(MEBIBYTE) + 1n }), 1009],
  [Buffer.concat([frame(BINARY, Buffer.alloc(MEBIBYTE), { fin: false }), frame(0, "x")]), 1009],
];

const PIECES = Buffer.concat(Array.from({ length: 1000 }, () => frame(0, "x", { fin: false })));
const PINGS = Buffer.concat(Array.from({ length: 500 }, () => frame(PING, "x".repeat(100))));
const EMPTY = Buffer.concat(Array.from({ length: 10_000 }, () => frame(TEXT, "")));
const BOMB = deflateRawSync(Buffer.alloc(64 * MEBIBYTE), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(
  0,
  -4,
);
const DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

/** `attack` resolves when the client has done its worst; then it is weighed. A code of 1006 is a cut. */
const ATTACKS = {
  "131,000 fragments, never finished": {
    path: "/echo",
    code: 1008,
    async attack(client) {
      await client.write(frame(TEXT, "x", { fin: false }));
      for (let i = 0; i < 131 && !client.isOver && client.code === undefined; i++) await client.write(PIECES);
    },
  },
  "1,000 fragments, waiting": {
    path: "/echo",
    async attack(client) {
      await client.write(Buffer.concat([frame(TEXT, "x", { fin: false }), PIECES]));
    },
  },
  "a bomb of 64 MiB in 64 KB": {
    path: "/echo/compressed",
    extra: DEFLATE,
    code: 1009,
    attack: (client) => client.write(frame(BINARY, BOMB, { reserved: 4 })),
  },
  "pings, answers not read": {
    path: "/echo",
    code: 1006,
    isDeaf: true,
    async attack(client) {
      for (let i = 0; i < 2000 && !client.isOver; i++) await Promise.race([client.write(PINGS), sleep(50)]);
    },
  },
  "empty messages that nobody reads": {
    path: "/silent",
    async attack(client) {
      for (let i = 0; i < 50; i++) await Promise.race([client.write(EMPTY), sleep(50)]);
    },
  },
  "a slow reader": { path: "/pour", isDeaf: true, attack: () => sleep(1000) },
  "half of a message of 1 MiB": {
    path: "/echo",
    attack: (client) => client.write(frame(BINARY, Buffer.alloc(512 * 1024), { length: BigInt(MEBIBYTE) })),
  },
  "half-closed": {
    path: "/echo",
    code: 1006,
    async attack(client) {
      client.socket.end();
    },
  },
};

export const title = "F18: hostile WebSockets";
export const head = [
  "",
  "connections",
  "closed as they should be",
  "kept for each, KB",
  "alive after",
  "unhandled",
];

export async function run(server) {
  const rows = [];
  const target = await start({ server });
  try {
    await aliveIn(target.port);
    const right = await Promise.all(CORPUS.map((each) => isAnswered(target.port, ...each)));
    const { counts } = await target.ask("state");
    const share = `${right.filter(Boolean).length} of ${CORPUS.length}`;
    rows.push(["frames", CORPUS.length, share, "–", ms(await aliveIn(target.port)), faults(counts)]);
    for (const [name, attack] of Object.entries(ATTACKS))
      rows.push([name, ...(await suffer(target, attack))]);
  } finally {
    await target.stop();
  }
  return rows;
}

async function isAnswered(port, bytes, code) {
  const client = await new FrameClient(port, "/echo").opened();
  await client.write(bytes);
  await client.until(() => client.code !== undefined);
  client.destroy();
  return client.code === code;
}

async function suffer(target, { path, extra, code, isDeaf = false, attack }) {
  const before = kept(await target.ask("state"));
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => new FrameClient(target.port, path, extra).opened()),
  );
  if (isDeaf) for (const client of clients) client.socket.pause();
  await Promise.all(clients.map((client) => attack(client)));
  const weight = (kept(await target.ask("state")) - before) / CONNECTIONS / 1024;
  const alive = await aliveIn(target.port);
  if (code !== undefined) {
    if (isDeaf) for (const client of clients) client.socket.resume();
    await Promise.all(clients.map((client) => client.until(() => client.code !== undefined)));
  }
  const right = clients.filter((client) => client.code === (code === 1006 ? undefined : code)).length;
  for (const client of clients) client.destroy();
  await sleep(500);
  const { counts } = await target.ask("state");
  return [
    CONNECTIONS,
    code === undefined ? "–" : `${right} with ${code}`,
    weight.toFixed(0),
    ms(alive),
    faults(counts),
  ];
}

function closing(code) {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame(CLOSE, payload);
}

function kept({ memory }) {
  return memory.heapUsed + memory.external;
}

function faults({ unhandled, uncaught }) {
  return unhandled + uncaught;
}
