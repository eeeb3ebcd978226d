// Writes to a slow reader what PendingBytes puts together, each time in the memory of the last; over TLS with the certificate
// that the environment names. Prints how many bytes came, and how many of those looked at were others than were written.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { connect as connectSecurely, createServer as createSecureServer } from "node:tls";
import { PendingBytes } from "../../packages/waymark/dist/wire/pending-write.js";

const SIZE = 50_000;
const WRITES = 600;
const { CERT: cert, KEY: key } = process.env;
/** What the n-th write is made of. */
const octet = (n) => 65 + (n % 26);

async function writeTo(socket) {
  const pending = new PendingBytes();
  for (let n = 0; n < WRITES; n++) {
    pending.add(String.fromCharCode(octet(n)));
    pending.add(Buffer.alloc(SIZE - 1, octet(n)));
    const written = new Promise((resolve) => socket.write(pending.take(socket, false), resolve));
    // Others of this process write as well, in the same memory.
    pending.add("!");
    pending.add(Buffer.alloc(SIZE - 1, "!"));
    pending.take({ writableLength: 0, writableCorked: 0 }, false);
    await written;
  }
  socket.end();
}

const accept = (socket) => void writeTo(socket);
const server = cert === undefined ? createServer(accept) : createSecureServer({ cert, key }, accept);
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();
const reader =
  cert === undefined
    ? connect(port, "127.0.0.1")
    : connectSecurely({ port, host: "127.0.0.1", rejectUnauthorized: false });
let [came, wrong, reads] = [0, 0, 0];
for await (const piece of reader) {
  for (let i = 0; i < piece.length; i += 97) if (piece[i] !== octet(Math.floor((came + i) / SIZE))) wrong++;
  came += piece.length;
  if (++reads % 10 === 0) await wait(2);
}
console.log(JSON.stringify({ came, wrong }));
process.exit();
