// node:http by hand: the baseline. Written for speed, with the same checks that the others make, and nothing of a framework.
import { createServer } from "node:http";
import * as contract from "./contract.mjs";
import { answerOrder, answerItem, badRequest, notFound } from "./by-hand.mjs";

const { host, port, set } = contract;
const JSON_TYPE = "application/json";

function send(response, status, text) {
  response.writeHead(status, { "content-type": JSON_TYPE, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
const answer = (response, { status, text }) => send(response, status, text);

function readBody(request, limit, done) {
  const chunks = [];
  let size = 0;
  request.on("data", (chunk) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  });
  request.on("end", () =>
    done(size > limit ? undefined : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)),
  );
}

async function stream(response) {
  response.writeHead(200, { "content-type": "text/plain" });
  for await (const piece of contract.pieces())
    if (!response.write(piece)) await new Promise((resolve) => response.once("drain", resolve));
  response.end();
}

async function dashboard(request, response, offsetText) {
  const offset = /^\d{1,9}$/.test(offsetText) ? Number(offsetText) : undefined;
  if (offset === undefined) return answer(response, badRequest("offset"));
  const value = await contract.dashboardByHand((name) => request.headers[name], offset);
  return send(response, 200, JSON.stringify(value));
}

function get(request, response, path, search) {
  if (path === "/") return send(response, 200, JSON.stringify(contract.HELLO));
  if (path.startsWith("/items/")) return answer(response, answerItem(path.slice(7), search));
  if (path === "/dashboard")
    return void dashboard(request, response, new URLSearchParams(search).get("offset") ?? "0");
  if (path === "/stream") return void stream(response);
  if (path === "/download") {
    const { DOWNLOAD } = contract;
    response.writeHead(200, {
      "content-type": "application/octet-stream",
      "content-length": DOWNLOAD.length,
    });
    return response.end(DOWNLOAD);
  }
  return answer(response, notFound);
}

function post(request, response, path) {
  if (path === "/items")
    return readBody(request, 1 << 20, (bytes) =>
      answer(response, bytes === undefined ? badRequest("size") : answerOrder(bytes.toString())),
    );
  if (path === "/upload")
    return readBody(request, 1 << 20, (bytes) =>
      bytes === undefined
        ? answer(response, badRequest("size"))
        : send(response, 200, JSON.stringify({ bytes: bytes.length })),
    );
  return answer(response, notFound);
}

/** W5 and W6: the first segment tells the route, the last one the id. */
const prefixes = new Map(
  set === "sections"
    ? contract.numbers(contract.SECTIONS).map((number) => [`/section-${number}/items`, true])
    : contract.numbers(contract.ALIASES).map((number) => [`/alias-${number}`, true]),
);
function many(request, response, path) {
  const slash = path.lastIndexOf("/");
  if (!prefixes.has(path.slice(0, slash))) return answer(response, notFound);
  return send(response, 200, JSON.stringify({ id: decodeURIComponent(path.slice(slash + 1)) }));
}

createServer((request, response) => {
  const { method, url } = request;
  const mark = url.indexOf("?");
  const path = mark === -1 ? url : url.slice(0, mark);
  if (set !== "main") many(request, response, path);
  else if (method === "GET") get(request, response, path, mark === -1 ? "" : url.slice(mark + 1));
  else if (method === "POST") post(request, response, path);
  else answer(response, notFound);
}).listen(port, host);
