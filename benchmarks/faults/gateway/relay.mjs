// Passes bytes on, and answers later by `delay` milliseconds, which may change.
import { once } from "node:events";
import { connect, createServer } from "node:net";

export async function startRelay(port) {
  const relay = { delay: 0, port: 0, close: undefined };
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (bytes) => upstream.write(bytes));
    // In their order, whatever the delay is by then.
    let due = 0;
    upstream.on("data", (bytes) => {
      due = Math.max(due, performance.now() + relay.delay);
      const wait = due - performance.now();
      if (wait <= 0) client.write(bytes);
      else setTimeout(() => client.destroyed || client.write(bytes), Math.ceil(wait));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  relay.port = server.address().port;
  relay.close = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return relay;
}
