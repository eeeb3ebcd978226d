// An upstream that answers at once: node quick-upstream.mjs [host] [port] [http1|http2], over cleartext.
import { createServer } from "node:http";
import { createServer as createServer2 } from "node:http2";

const [host = "127.0.0.1", port = "0", protocol = "http1"] = process.argv.slice(2);
const BODY = JSON.stringify({ name: "item", text: "x".repeat(200) });

function answer(request, response) {
  request.resume();
  response.writeHead(200, { "content-type": "application/json", "content-length": BODY.length });
  response.end(BODY);
}
const server =
  protocol === "http2" ? createServer2(answer) : createServer({ keepAliveTimeout: 60_000 }, answer);
server.listen(Number(port), host, () => process.send?.({ port: server.address().port }));
process.on("disconnect", () => process.exit());
