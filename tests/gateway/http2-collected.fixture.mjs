// Asks an upstream over HTTP/2 as the gateway does, gets a field block without end, leaves, and has the garbage collected;
// again and again. The upstream is in this process: what it says is there at once, and more than is read at once.
import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Http2Socket } from "../../packages/gateway/dist/plane/http2-socket.js";

const [HEADERS, CONTINUATION, SETTINGS] = [1, 9, 4];
/** By HPACK as literals without indexing (RFC 7541 §6.2.2). */
const STATUS = Buffer.from("\0\x07:status\x03200");
const FIELDS = Buffer.from("\0\x01a\x01b".repeat(1000));

for (let i = 0; i < 8; i++) {
  const server = createServer(lie).listen(0, "127.0.0.1");
  await once(server, "listening");
  await askAndLeave(server.address().port);
  server.close();
  for (const pause of [30, 10, 5]) {
    await wait(pause);
    globalThis.gc();
  }
}

async function askAndLeave(port) {
  const socket = connect(port, "127.0.0.1");
  const session = connectHttp2("http://a", { createConnection: () => new Http2Socket(socket, false) });
  session.on("error", () => undefined);
  const stream = session.request({ ":path": "/" }).on("error", () => undefined);
  await Promise.race([new Promise((closed) => stream.once("close", closed)), wait(150)]);
  stream.close(constants.NGHTTP2_CANCEL);
  await wait(30);
  session.destroy();
  socket.destroy();
}

/** The preface, settings and the only request come in one piece: it is not looked at. */
function lie(socket) {
  socket.on("error", () => undefined).write(frame(SETTINGS, 0, ""));
  socket.once("data", () => {
    socket.write(frame(HEADERS, 1, STATUS));
    for (let i = 0; i < 100; i++) socket.write(frame(CONTINUATION, 1, FIELDS));
  });
}

function frame(type, stream, payload) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Buffer.from(payload)]);
}
