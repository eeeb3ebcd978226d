// A service behind the gateway: node upstream.mjs '{"name":"a","port":0,"work":10,"slots":0,"log":"FILE"}', on Node's own server.
//   work   milliseconds that a request takes; slots: how many are worked on at a time, the others wait (0: all)
//   queue  how many may wait; more are 503 with Retry-After at once. Left out: any number
//   log    a line for each request that it began: `name method id`, on the disk's side of the process before anything else
import { openSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import "./inspect.mjs";

const { name, port = 0, work = 0, slots = 0, queue = Infinity, log } = JSON.parse(process.argv[2]);
const file = log === undefined ? undefined : openSync(log, "a");
const waiting = [];
let busy = 0;

function begin(job) {
  if (slots > 0 && busy >= slots) return void waiting.push(job);
  busy++;
  setTimeout(() => {
    busy--;
    job();
    // Somebody who has gone is worked for all the same: the service does not look.
    if (waiting.length > 0) begin(waiting.shift());
  }, work);
}

const server = createServer((request, reply) => {
  if (request.url === "/health") return reply.end("well");
  const id = request.headers["x-id"];
  if (file !== undefined) writeSync(file, `${name} ${request.method} ${String(id)}\n`);
  request.resume();
  if (slots > 0 && busy >= slots && waiting.length >= queue)
    return reply.writeHead(503, { "retry-after": "1", "content-length": 0 }).end();
  request.on("end", () =>
    begin(() => {
      const body = JSON.stringify({ id, name, filler: "f".repeat(200) });
      reply.writeHead(200, { "content-type": "application/json", "content-length": body.length });
      reply.end(body);
    }),
  );
});
server.keepAliveTimeout = 60_000;
server.listen(port, "127.0.0.1", 1024, () => process.send({ port: server.address().port }));
