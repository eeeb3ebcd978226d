// http-proxy with a keep-alive agent. PORT, upstream.
import { Agent, createServer } from "node:http";
import proxying from "http-proxy";

const [port, upstream] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const proxy = proxying.createProxyServer({ target: `http://127.0.0.1:${upstream}`, agent, xfwd: true });
proxy.on("error", (_error, _request, response) => response.writeHead?.(502).end());
createServer((request, response) => proxy.web(request, response)).listen(Number(port), "127.0.0.1");
