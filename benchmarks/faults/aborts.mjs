// F7: clients that go away, at every stage of a request: what was set up is torn down, once, and nothing is left.
import { connect } from "node:net";
import { aliveIn, get } from "./caller.mjs";
import { ms, percentile, resourcesOf } from "./figures.mjs";
import { frame, handshake, TEXT } from "./frames.mjs";
import { settled, start } from "./start.mjs";

const AT_ONCE = 64;
const BODY = "POST /leased/body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf";
const HALF_A_FRAME = frame(TEXT, "half of this is sent").subarray(0, 12);
const STAGES = {
  "in the head": { send: () => "GET /leased/slow HTTP/1.1\r\nHo", setups: 0 },
  "in the body": { send: () => BODY, setups: 1 },
  "in the body, in chunks": {
    send: () =>
      BODY.replace("Content-Length: 1000", "Transfer-Encoding: chunked").replace("half", "4\r\nhalf\r\n"),
    setups: 1,
  },
  "while dependencies are set up": { send: () => get("/leased/slow"), setups: 1 },
  "in the function": { send: (id) => get(`/leased/wait?id=${id}`), setups: 1 },
  "in a stream": { send: () => get("/leased/drip"), setups: 2, isAnswered: true },
  "in the handshake of a WebSocket": { send: (id) => handshake(`/leased/slow-socket?id=${id}`), setups: 1 },
  "in a WebSocket": { send: (id) => handshake(`/leased/socket?id=${id}`), setups: 1, isAnswered: true },
  "in a message of a WebSocket": {
    send: (id) => Buffer.concat([Buffer.from(handshake(`/leased/socket?id=${id}`)), HALF_A_FRAME]),
    setups: 1,
    isAnswered: true,
  },
};

export const title = "F7: clients that go away";
export const head = [
  "",
  "clients",
  "setups",
  "teardowns",
  "doubled",
  "from the end to the signal, p99",
  "alive after",
  "unhandled",
  "before",
  "after",
];

export async function run(server, { aborts }) {
  const rows = [];
  for (const [name, stage] of Object.entries(STAGES)) {
    const target = await start({ server });
    try {
      rows.push([name, ...(await leave(target, stage, aborts))]);
    } finally {
      await target.stop();
    }
  }
  return rows;
}

async function leave(target, { send, isAnswered = false }, number) {
  await aliveIn(target.port);
  // The first clients load what is loaded once.
  for (let i = 0; i < AT_ONCE; i++) await visit(target.port, send(`warm-${i}`), isAnswered, 0);
  await settled(target);
  const before = await target.ask("state");
  const left = {};
  let next = 0;
  const client = async () => {
    while (next < number) {
      const id = next++;
      left[id] = await visit(target.port, send(id), isAnswered, Math.random() * 6);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  const after = await settled(target);
  // A client may have gone before its request was even read: the signal cannot come before the function that hears it.
  const times = Object.entries(await target.ask("waits")).flatMap(([id, [began, told]]) => {
    if (!(id in left)) return [];
    const since = BigInt(began) > left[id] ? BigInt(began) : left[id];
    return [Number(BigInt(told) - since) / 1e6];
  });
  const count = (name) => after.counts[name] - before.counts[name];
  return [
    number,
    count("setups"),
    count("teardowns"),
    after.counts.doubled,
    times.length === 0 ? "–" : `${ms(percentile(times, 0.99))} (of ${times.length})`,
    ms(await aliveIn(target.port)),
    after.counts.unhandled + after.counts.uncaught,
    resourcesOf(before),
    resourcesOf(after),
  ];
}

/** Half of them end the connection, half reset it. Gives the moment. */
function visit(port, bytes, isAnswered, patience) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let at;
    const go = () => {
      at = process.hrtime.bigint();
      if (Math.random() < 0.5) socket.resetAndDestroy();
      else socket.destroy();
    };
    socket.on("connect", () => socket.write(bytes, () => !isAnswered && setTimeout(go, patience)));
    if (isAnswered) socket.once("data", () => setTimeout(go, patience));
    else socket.resume();
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(at ?? process.hrtime.bigint()));
  });
}
