// F11: more connections than the process may have descriptors.
import { connect } from "node:net";
import { aliveIn, get } from "./caller.mjs";
import { ms } from "./figures.mjs";
import { sleep, start } from "./start.mjs";

const LIMIT = 256;
const CLIENTS = 500;

export const title = `F11: ${CLIENTS} clients, ${LIMIT} descriptors`;
export const head = [
  "",
  "answered",
  "turned away",
  "waiting",
  "alive while exhausted",
  "alive after release",
  "uncaught",
  "fds before, after",
];

export async function run(server) {
  const target = await start({ server }, ["bash", "-c", `ulimit -n ${LIMIT} && exec "$0" "$@"`]);
  try {
    await aliveIn(target.port);
    const before = await target.ask("state");
    const counts = { answered: 0, refused: 0 };
    const sockets = Array.from({ length: CLIENTS }, () => {
      const socket = connect({ port: target.port, host: "127.0.0.1" }, () => socket.write(get("/")));
      socket.once("data", () => (counts.answered++, (socket.isAnswered = true)));
      socket.on("error", () => undefined);
      socket.on("close", () => socket.isAnswered || socket.isReleased || counts.refused++);
      return socket;
    });
    await sleep(2000);
    const exhausted = target.hasExited() ? "it ended" : ms(await aliveIn(target.port, 500));
    const waiting = CLIENTS - counts.answered - counts.refused;
    const { answered, refused } = counts;
    for (const socket of sockets) {
      socket.isReleased = true;
      socket.destroy();
    }
    const alive = await aliveIn(target.port);
    await sleep(500);
    const after = await target.ask("state");
    return [
      [
        "held",
        answered,
        refused,
        waiting,
        exhausted,
        ms(alive),
        after.counts.uncaught + after.counts.unhandled,
        `${before.descriptors}, ${after.descriptors}`,
      ],
    ];
  } finally {
    await target.stop();
  }
}
