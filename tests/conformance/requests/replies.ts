import { problem } from "./parts.ts";
import { CUT, type Row } from "./row.ts";

/** What is sent, and what becomes of it when it fails. */
export const REPLIES: readonly Row[] = [
  // replies
  { ask: "GET /nothing", status: 204, says: "", fields: { "content-type": null, "content-length": null } },
  { ask: "GET /nil", status: 200, says: "null" },
  {
    ask: "GET /cookies",
    status: 202,
    says: { set: 2 },
    fields: {
      vary: "accept, cookie",
      "set-cookie":
        "one=a%20b%3B%20c; Max-Age=60; Path=/; HttpOnly; SameSite=Lax\ntwo=%C3%BC; Path=/two; HttpOnly; SameSite=Strict",
    },
  },
  {
    ask: "GET /text",
    status: 200,
    says: "grüße",
    fields: { "x-one": "1", "content-type": "text/plain; charset=utf-8", "content-length": "7" },
  },
  { ask: "GET /html", status: 200, says: "<p>hi</p>" },
  {
    ask: "GET /redirect",
    status: 307,
    says: "",
    fields: { location: "/items/%C3%A4?x=1%0D%0Aset-cookie:%20a=b", "set-cookie": null },
  },
  { ask: "GET /stream", status: 200, says: "one,zwei: ü,three", fields: { "content-length": null } },
  { ask: "GET /sized", status: 200, says: "one,zwei: ü,three", fields: { "content-length": "18" } },
  {
    ask: "GET /events",
    status: 200,
    says: 'event: said\ndata: a\ndata: event: forged\n\nid: 7\ndata: {"b":1}\n\n',
    fields: { "content-type": "text/event-stream" },
  },
  { ask: "GET /lines", status: 200, says: '{"row":1}\n["two"]\n' },
  {
    ask: "GET /file",
    status: 200,
    says: "hello files",
    fields: { "accept-ranges": "bytes", "content-length": "11" },
  },
  {
    ask: "GET /file",
    headers: { range: "bytes=6-" },
    status: 206,
    says: "files",
    fields: { "content-range": "bytes 6-10/11" },
  },
  {
    ask: "GET /file",
    headers: { range: "bytes=20-" },
    status: 416,
    fields: { "content-range": "bytes */11", etag: null },
  },
  { ask: "GET /file", headers: { range: "bytes=0-1,3-4" }, status: 200, says: "hello files" },
  { ask: "GET /file", headers: { "if-none-match": "*" }, status: 304, says: "" },
  { ask: "GET /file/none", status: 404 },
  {
    ask: "GET /web",
    status: 203,
    says: "web",
    fields: { "x-web": "yes", "content-type": "text/plain;charset=UTF-8" },
  },
  { ask: "GET /created", status: 201, says: { made: true }, fields: { location: "/items/1" } },
  { ask: "GET /unmodified", status: 304, says: "" },
  { ask: "GET /accepted", status: 205, says: "" },
  { ask: "GET /framing", status: 200, says: "framed" },
  { ask: "GET /thenable", status: 200, says: { thenable: true } },
  { ask: "GET /nan", status: 200, says: '{"a":null,"b":0,"d":"1970-01-01T00:00:00.000Z"}' },
  // failures
  ...[
    "/throws",
    "/rejects",
    "/throws/nothing",
    "/bigint",
    "/cycle",
    "/function",
    "/symbol",
    "/json/throws",
    "/getter/throws",
    "/output/refused",
    "/content-type/bad",
    "/text/number",
    "/text/undefined",
    "/stream/nothing",
  ].map((path): Row => ({
    ask: `GET ${path}`,
    status: 500,
    says: { type: "about:blank", title: "Internal Server Error", status: 500 },
    fields: { ...problem, "x-injected": null },
  })),
  { ask: "GET /throws/reply", status: 402, says: "thrown" },
  {
    ask: "GET /throws/header",
    status: 429,
    says: { left: 0 },
    detail: "Slowly",
    fields: { "retry-after": "5", "x-injected": null },
  },
  { ask: "GET /transaction", status: 409, detail: "The transaction did not commit" },
  { ask: "GET /replaced", status: 418, detail: "Replaced at its yield" },
  { ask: "GET /items/missing", status: 404, detail: "No such item", fields: { "x-shelf": "empty" } },
  // replies that fail on their way are cut, not ended
  ...[
    "/stream/locked",
    "/stream/number",
    "/stream/throws",
    "/stream/short",
    "/stream/long",
    "/stream/next",
    "/events/bad",
  ].map((path): Row => ({ ask: `GET ${path}`, status: CUT })),
  { ask: "HEAD /stream/throws", status: 200, says: "" },
];
