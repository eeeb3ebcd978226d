// The attacker of F3, in a process of its own: node slow-client.mjs KIND PORT COUNT SECONDS. Opens COUNT connections that
// send or read as slowly as KIND says, and tells over IPC when all are held and, later, when each was cut.
import { connect } from "node:net";

const [kind, port, count, patience] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const BEGINNING = {
  heads: "GET / HTTP/1.1\r\nHost: localhost\r\n",
  bodies: "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n",
  readers: "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "readers that send": "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n",
}[kind];
// The last is no request yet, and a sign of life all the same.
const MORE = { heads: "X-More: 1\r\n", bodies: "x", "readers that send": "\r\n" }[kind];

process.on("disconnect", () => process.exit());

const cut = [];
const sockets = new Set();
const answers = {};
let opened = 0;

const open = () =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.begun = performance.now();
      socket.write(BEGINNING);
      opened++;
      resolve();
    });
    sockets.add(socket);
    // It never reads on, so it does not see its connection end either: the server is asked for that.
    if (kind.startsWith("readers")) socket.once("data", () => socket.pause());
    else
      socket.on("data", (data) => {
        const status = data.toString("latin1", 9, 12);
        answers[status] = (answers[status] ?? 0) + 1;
      });
    socket.on("error", resolve);
    socket.on("end", () => over(socket));
    socket.on("close", () => over(socket));
  });

function over(socket) {
  if (!sockets.delete(socket)) return;
  cut.push(performance.now() - socket.begun);
  socket.destroy();
  if (sockets.size === 0) finish();
}

// One at a time: the backlog of the listener is not what is tried.
for (let i = 0; i < count; i++) await open();
process.send({ opened });
const dripping =
  MORE &&
  setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write(MORE);
  }, 1000);
const timeout = setTimeout(finish, patience * 1000);

function finish() {
  clearInterval(dripping);
  clearTimeout(timeout);
  process.send({ times: cut, left: sockets.size, answers }, () => process.exit());
}
