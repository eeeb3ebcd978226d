// The readers of F19, in a process of their own: node event-readers.mjs PORT COUNT PAUSE. Opens COUNT event streams, reads a
// little of each every PAUSE milliseconds (0 reads nothing), and tells over IPC, when asked, what has come.
import { connect } from "node:net";

const [port, count, pause] = process.argv.slice(2).map(Number);
/** Bytes that are read at a time. */
const SIP = 16 * 1024;

const readers = [];
process.on("disconnect", () => process.exit());

function open() {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", highWaterMark: SIP }, () => {
      socket.write("GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n");
      resolve();
    });
    const reader = { socket, bytes: 0, events: 0, faults: 0, rest: "", isOver: false };
    readers.push(reader);
    socket.on("error", reject);
    socket.on("close", () => (reader.isOver = true));
    socket.pause();
  });
}

/** Events are numbered: one that is missing or comes twice is a fault. */
function take(reader, bytes) {
  reader.bytes += bytes.length;
  const lines = (reader.rest + bytes.toString("latin1")).split("\n");
  reader.rest = lines.pop();
  for (const line of lines) if (line.startsWith("id: ") && line !== `id: ${reader.events++}`) reader.faults++;
}

// One at a time: the backlog of the listener is not what is tried.
for (let i = 0; i < count; i++) await open();
process.send({ opened: readers.length });
if (pause > 0)
  setInterval(() => {
    for (const reader of readers) {
      const bytes = reader.socket.read(Math.min(SIP, reader.socket.readableLength)) ?? reader.socket.read();
      if (bytes !== null) take(reader, bytes);
    }
  }, pause);

process.on("message", () => {
  const sum = (pick) => readers.reduce((total, reader) => total + pick(reader), 0);
  process.send({
    bytes: sum(({ bytes }) => bytes),
    events: sum(({ events }) => events),
    faults: sum(({ faults }) => faults),
    over: sum(({ isOver }) => (isOver ? 1 : 0)),
  });
});
