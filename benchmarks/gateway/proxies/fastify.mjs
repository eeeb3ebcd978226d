// @fastify/http-proxy as its manual has it. PORT, upstream.
import proxy from "@fastify/http-proxy";
import fastify from "fastify";

const [port, upstream] = process.argv.slice(2);
const app = fastify();
app.register(proxy, {
  upstream: `http://127.0.0.1:${upstream}`,
  undici: { connections: 256, pipelining: 1 },
});
await app.listen({ port: Number(port), host: "127.0.0.1" });
