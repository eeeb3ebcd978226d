// node:http in front, undici's Pool.dispatch behind: the fastest of what undici offers. PORT, upstream.
import { createServer } from "node:http";
import { Pool } from "undici";

const [port, upstream] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${upstream}`, { connections: 256, pipelining: 1 });
const HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

createServer((request, response) => {
  const headers = [];
  const { rawHeaders } = request;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (HOP.has(name) || name === "host" || name === "expect") continue;
    headers.push(rawHeaders[i], rawHeaders[i + 1]);
  }
  headers.push("x-forwarded-for", request.socket.remoteAddress);
  const hasBody =
    request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined;
  pool.dispatch(
    { method: request.method, path: request.url, headers, body: hasBody ? request : null },
    {
      onConnect: (abort) => response.once("close", () => response.writableFinished || abort()),
      onHeaders(status, raw, resume) {
        const fields = [];
        for (let i = 0; i < raw.length; i += 2) {
          const name = raw[i].toString("latin1");
          if (!HOP.has(name.toLowerCase())) fields.push(name, raw[i + 1].toString("latin1"));
        }
        response.writeHead(status, fields);
        response.on("drain", resume);
        return true;
      },
      onData: (chunk) => response.write(chunk),
      onComplete: () => response.end(),
      onError(error) {
        if (response.headersSent) response.destroy(error);
        else response.writeHead(502).end();
      },
    },
  );
}).listen(Number(port), "127.0.0.1");
