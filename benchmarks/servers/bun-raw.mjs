// Bun.serve by hand, with the same checks as the node:http baseline. Run by Bun.
import { answerItem, answerOrder, badRequest, notFound } from "./by-hand.mjs";
import * as contract from "./contract.mjs";

const { host, port, set } = contract;
const JSON_HEADERS = { "content-type": "application/json" };
const send = (status, text) => new Response(text, { status, headers: JSON_HEADERS });
const answer = ({ status, text }) => send(status, text);

async function dashboard(request, search) {
  const text = new URLSearchParams(search).get("offset") ?? "0";
  if (!/^\d{1,9}$/.test(text)) return answer(badRequest("offset"));
  const value = await contract.dashboardByHand(
    (name) => request.headers.get(name) ?? undefined,
    Number(text),
  );
  return send(200, JSON.stringify(value));
}

const prefixes = new Map(
  set === "sections"
    ? contract.numbers(contract.SECTIONS).map((number) => [`/section-${number}/items`, true])
    : contract.numbers(contract.ALIASES).map((number) => [`/alias-${number}`, true]),
);
function many(path) {
  const slash = path.lastIndexOf("/");
  if (!prefixes.has(path.slice(0, slash))) return answer(notFound);
  return send(200, JSON.stringify({ id: decodeURIComponent(path.slice(slash + 1)) }));
}

globalThis.Bun.serve({
  port,
  hostname: host,
  fetch(request) {
    const { method, url } = request;
    const target = url.slice(url.indexOf("/", 8));
    const mark = target.indexOf("?");
    const path = mark === -1 ? target : target.slice(0, mark);
    const search = mark === -1 ? "" : target.slice(mark + 1);
    if (set !== "main") return many(path);
    if (method === "POST") {
      if (path === "/items") return request.text().then((text) => answer(answerOrder(text)));
      if (path === "/upload")
        return request.arrayBuffer().then((bytes) => send(200, JSON.stringify({ bytes: bytes.byteLength })));
      return answer(notFound);
    }
    if (path === "/") return send(200, JSON.stringify(contract.HELLO));
    if (path.startsWith("/items/")) return answer(answerItem(path.slice(7), search));
    if (path === "/dashboard") return dashboard(request, search);
    if (path === "/stream")
      return new Response(contract.pieces(), { headers: { "content-type": "text/plain" } });
    if (path === "/download")
      return new Response(contract.DOWNLOAD, { headers: { "content-type": "application/octet-stream" } });
    return answer(notFound);
  },
});
