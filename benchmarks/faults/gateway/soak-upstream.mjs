// The services of the soak, on Node's own server: well-behaved ones on two ports, and one with faults on a third. Started with an
// IPC channel, over which it says where they listen, and how many connections each of them has.
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocketServer } from "ws";

const LARGE = Buffer.alloc(256 * 1024, "x");
const EVENTS = 6;
/** What a client says that wants to be closed by the service. */
const END = Buffer.from("end");
const MOST_WAITED = 5000;
/** Requests that were failed once: the next time they succeed. */
const failed = new Set();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

const answers = {
  "/items": (request, reply, url) => json(reply, itemOf(url)),
  "/secure": (request, reply, url) => json(reply, itemOf(url)),
  "/token": (request, reply, url) => json(reply, itemOf(url)),
  "/limited": (request, reply, url) => json(reply, itemOf(url)),
  "/filtered": (request, reply, url) => json(reply, { ...itemOf(url), secret: "kept inside" }),
  "/echo": echo,
  "/secure/echo": echo,
  "/rewritten": echo,
  async "/upload"(request, reply) {
    let bytes = 0;
    for await (const piece of request) bytes += piece.length;
    json(reply, { bytes });
  },
  "/large"(request, reply) {
    reply.writeHead(200, { "content-type": "application/octet-stream", "content-length": LARGE.length });
    reply.end(LARGE);
  },
  async "/pieces"(request, reply) {
    reply.writeHead(200, { "content-type": "text/plain" });
    for (let i = 0; i < 5; i++) {
      reply.write(`piece ${i}\n`);
      await wait(2);
    }
    reply.end();
  },
  /** With an end, or until its reader goes. */
  async "/events"(request, reply, url) {
    const isEndless = url.searchParams.has("endless");
    reply.writeHead(200, { "content-type": "text/event-stream" });
    for (let n = 0; !reply.destroyed && (isEndless || n < EVENTS); n++) {
      reply.write(`id: ${n}\ndata: ${"e".repeat(100)}\n\n`);
      await wait(10);
    }
    reply.end();
  },
  async "/slow"(request, reply) {
    await wait(100);
    json(reply, { slept: 100 });
  },
  // -- with faults --
  /** Fails once for each id: by a status or by a reset. */
  "/flaky"(request, reply, url) {
    if (failed.delete(url.pathname)) return json(reply, itemOf(url));
    failed.add(url.pathname);
    if (url.searchParams.get("by") === "reset") return request.socket.resetAndDestroy();
    reply.writeHead(503, { "content-length": 0 }).end();
  },
  "/broken": (request) => request.socket.destroy(),
  "/refused": (request, reply) => void reply.writeHead(503, { "content-length": 4 }).end("busy"),
  "/cut"(request, reply) {
    reply.writeHead(200, { "content-type": "application/octet-stream", "content-length": LARGE.length });
    reply.write(LARGE.subarray(0, 100_000), () => request.socket.destroy());
  },
  async "/stalled"(request, reply) {
    for (let i = 0; i < MOST_WAITED / 100 && !reply.destroyed; i++) await wait(100);
    reply.end();
  },
  "/closing"(request, reply) {
    reply.setHeader("connection", "close");
    json(reply, { closing: true });
  },
};

function itemOf(url) {
  const id = Number(url.pathname.split("/").at(-1));
  return { id, name: `item ${id}`, tags: ["red", "green"], note: "n".repeat(150) };
}

async function echo(request, reply) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  reply.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  reply.end(body);
}

function json(reply, value) {
  const body = JSON.stringify(value);
  reply.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  reply.end(body);
}

function service() {
  const server = createServer((request, reply) => {
    const url = new URL(request.url, "http://localhost");
    const answer =
      answers[url.pathname] ??
      answers[url.pathname.replace(/\/\d+$/, "")] ??
      answers[url.pathname.replace(/\/items\/\d+$/, "")];
    if (answer === undefined) return void reply.writeHead(404).end();
    // Who uploads and goes away is no fault of the service.
    void Promise.resolve(answer(request, reply, url)).catch(() => reply.destroy());
  });
  // Longer than the gateway keeps them, also on a machine that stands still now and then: of a POST on a connection that is being
  // closed nobody knows whether it was worked on.
  server.keepAliveTimeout = 120_000;
  server.on("upgrade", (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (connection) => {
      connection.on("error", () => undefined);
      connection.on("message", (data, isBinary) => {
        if (Buffer.from(data).equals(END)) connection.close(4000, "as asked");
        else connection.send(data, { binary: isBinary });
      });
    }),
  );
  return server;
}

const servers = [service(), service(), service()];
for (const server of servers) await new Promise((resolve) => server.listen(0, "127.0.0.1", 1024, resolve));

const connectionsOf = (server) =>
  new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
process.on("message", ({ id, what }) => {
  if (what === "connections")
    void Promise.all(servers.map(connectionsOf)).then((answer) => process.send({ id, answer }));
});
process.send({ ports: servers.map((server) => server.address().port) });
process.channel.unref();
process.on("disconnect", () => process.exit());
