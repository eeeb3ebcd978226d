// The workloads: what wrk sends, and what every server must answer before it is timed.
import assert from "node:assert/strict";
import { ALIASES, DOWNLOAD, HELLO, item, ORDER, PIECE, PIECE_COUNT, SECTIONS } from "../servers/contract.mjs";

const JSON_TYPE = { "content-type": "application/json" };
const UPLOAD = { "content-type": "application/octet-stream" };

/** What Chromium sends with a navigation. */
const BROWSER = {
  "user-agent":
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "accept-language": "en-GB,en;q=0.9,de;q=0.8",
  "accept-encoding": "gzip, deflate, br, zstd",
  "cache-control": "max-age=0",
  "sec-fetch-dest": "document",
  "sec-fetch-mode": "navigate",
  "sec-fetch-site": "none",
  "upgrade-insecure-requests": "1",
  cookie: "session=0123456789abcdef0123456789abcdef; theme=dark",
};

const DASHBOARD = {
  name: "Ada",
  permissions: 2,
  beta: true,
  locale: "de",
  offset: 5,
  size: 20,
  audit: "r1:7",
};
const DASHBOARD_HEADERS = { "x-request-id": "r1", "x-token": "t", "accept-language": "de-AT" };

/** A question and what must come back; `refused` is any 4xx. */
const says = (value) => ({ ok: true, json: value });
const refused = { ok: false };
const get = (path, expected, headers) => ({ path, method: "GET", headers, expected });
const post = (path, body, expected, headers = JSON_TYPE) => ({
  path,
  method: "POST",
  headers,
  body,
  expected,
});
const order = (change) => JSON.stringify({ ...ORDER, ...change });
const lines = (change) =>
  order({ lines: ORDER.lines.map((line, at) => (at === 9 ? { ...line, ...change } : line)) });

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {"main" | "sections" | "aliases"} set the routes that the server is started with
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string>} [headers]
 * @property {string | Buffer} [body]
 * @property {readonly object[]} checks
 */

/** @type {readonly Workload[]} */
const BASIC = [
  {
    name: "W1",
    title: "GET / → one-field JSON",
    set: "main",
    method: "GET",
    path: "/",
    checks: [get("/", says(HELLO)), get("/nowhere", refused)],
  },
  {
    name: "W2",
    title: "path and query validated, five-field reply",
    set: "main",
    method: "GET",
    path: "/items/42?limit=10&q=abc",
    checks: [
      get("/items/42?limit=10&q=abc", says(item(42, 10, "abc"))),
      get("/items/7?limit=100", says(item(7, 100))),
      get("/items/8?q=a%20b", says(item(8, 10, "a b"))),
      get("/items/9", says(item(9, 10))),
      get("/items/x", refused),
      get("/items/1.5", refused),
      get("/items/42?limit=0", refused),
      get("/items/42?limit=101", refused),
      get("/items/42?limit=ten", refused),
    ],
  },
  {
    name: "W3",
    title: "1,004-byte body validated, echoed as a response model",
    set: "main",
    method: "POST",
    path: "/items",
    headers: JSON_TYPE,
    body: JSON.stringify(ORDER),
    checks: [
      post("/items", JSON.stringify(ORDER), says(ORDER)),
      post("/items", '{"customer":', refused),
      post("/items", "{}", refused),
      post("/items", "[]", refused),
      post("/items", order({ customer: { ...ORDER.customer, name: undefined } }), refused),
      post("/items", order({ currency: "EURO" }), refused),
      post("/items", order({ lines: [] }), refused),
      post("/items", lines({ quantity: "many" }), refused),
      post("/items", lines({ quantity: 0 }), refused),
      post("/items", lines({ price: -1 }), refused),
    ],
  },
];

/** @type {readonly Workload[]} */
const FURTHER = [
  {
    name: "W4",
    title: "ten dependencies, three of them asynchronous",
    set: "main",
    method: "GET",
    path: "/dashboard?offset=5",
    headers: DASHBOARD_HEADERS,
    checks: [
      get("/dashboard?offset=5", says(DASHBOARD), DASHBOARD_HEADERS),
      get("/dashboard?offset=x", refused, DASHBOARD_HEADERS),
    ],
  },
  {
    name: "W5",
    title: `${SECTIONS} routes, the last hit`,
    set: "sections",
    method: "GET",
    path: `/section-${SECTIONS - 1}/items/42`,
    checks: [
      get(`/section-${SECTIONS - 1}/items/42`, says({ id: "42" })),
      get("/section-0/items/a%20b", says({ id: "a b" })),
      get(`/section-${SECTIONS}/items/42`, refused),
    ],
  },
  {
    name: "W6",
    title: `one function with ${ALIASES} routes, the last hit`,
    set: "aliases",
    method: "GET",
    path: `/alias-${ALIASES - 1}/42`,
    checks: [
      get(`/alias-${ALIASES - 1}/42`, says({ id: "42" })),
      get("/alias-0/a%20b", says({ id: "a b" })),
      get(`/alias-${ALIASES}/42`, refused),
    ],
  },
  {
    name: "W7",
    title: "stream of 1,000 small pieces",
    set: "main",
    method: "GET",
    path: "/stream",
    checks: [get("/stream", { ok: true, text: PIECE.repeat(PIECE_COUNT) })],
  },
  {
    name: "W8u",
    title: "1 MB upload",
    set: "main",
    method: "POST",
    path: "/upload",
    headers: UPLOAD,
    body: DOWNLOAD,
    checks: [post("/upload", DOWNLOAD, says({ bytes: DOWNLOAD.length }), UPLOAD)],
  },
  {
    name: "W8d",
    title: "1 MB download",
    set: "main",
    method: "GET",
    path: "/download",
    checks: [get("/download", { ok: true, text: DOWNLOAD.toString() })],
  },
  {
    name: "W9",
    title: "W1 with ten browser-like headers",
    set: "main",
    method: "GET",
    path: "/",
    headers: BROWSER,
    checks: [get("/", says(HELLO), BROWSER)],
  },
];

/** How long each is measured: a whole run with every server stays within a quarter of an hour. */
export const WORKLOADS = [
  ...BASIC.map((workload) => ({ ...workload, rounds: 4, warmUp: 2 })),
  ...FURTHER.map((workload) => ({ ...workload, rounds: 3, warmUp: 2 })),
];

/** Asks everything that a workload says must be right. Rejects, naming server and question. */
export async function check(workload, server, port) {
  for (const { path, method, headers, body, expected } of workload.checks) {
    const question = `${server}, ${workload.name}: ${method} ${path}`;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...headers, connection: "close" },
      body,
    });
    const text = await response.text();
    const shown = `${response.status} ${text.slice(0, 300)}`;
    if (!expected.ok) {
      if (response.status >= 400 && response.status < 500) continue;
      throw new Error(
        `${question} with ${String(body).slice(0, 60)}: must be refused with 4xx, got ${shown}`,
      );
    }
    if (response.status !== 200) throw new Error(`${question}: must be 200, got ${shown}`);
    if (expected.text !== undefined) {
      if (text !== expected.text)
        throw new Error(`${question}: ${text.length} bytes that are not the expected ones`);
    } else
      assert.deepEqual(
        withoutNulls(JSON.parse(text)),
        withoutUndefined(expected.json),
        `${question}: ${shown}`,
      );
  }
}

const withoutUndefined = (value) => JSON.parse(JSON.stringify(value));
/** Pydantic writes an absent optional value as null. */
const withoutNulls = (value) =>
  Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null));
