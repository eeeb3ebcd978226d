import { item, json, NORMALISED, problem } from "./parts.ts";
import type { Row } from "./row.ts";

/** Which route answers: by its path, its method and its version. */
export const ROUTING: readonly Row[] = [
  // matching
  { ask: "GET /items/1", status: 200, says: item("1"), fields: { "content-type": "application/json" } },
  { ask: "GET /items/newest", status: 200, says: item("newest-item") },
  { ask: "GET /products/7?limit=3", status: 200, says: item("7", 3) },
  { ask: "GET /shelf/7?per_page=4&limit=9", status: 200, says: item("7", 4) },
  { ask: "GET /numbers/12", status: 200, says: { number: 12 } },
  { ask: "GET /numbers/12.json", status: 200, says: { number: 12 } },
  { ask: "GET /numbers/12:twice", status: 200, says: { number: 12 } },
  { ask: "GET /users/me/posts", status: 200, says: "my posts" },
  { ask: "GET /users/me/likes", status: 200, says: { likes: "me" } },
  { ask: "GET /users/me", status: 200 },
  { ask: "GET /users/you", status: 404, fields: problem },
  { ask: "GET /Items/1", status: 404 },
  { ask: "GET /__proto__", status: 404 },
  { ask: "GET /constructor/prototype", status: 404 },
  { ask: "GET /items/__proto__?__proto__=1&constructor=2", status: 200, says: item("__proto__") },
  // paths
  { ask: "GET /items/a%2Fb", status: 200, says: item("a/b") },
  { ask: "GET /items/a%252Fb", status: 200, says: item("a%2Fb") },
  { ask: "GET /items/caf%C3%A9", status: 200, says: item("café") },
  { ask: "GET /items/%ff", status: 400, detail: "The path is not valid percent-encoded UTF-8" },
  { ask: "GET /items/%00", status: 400 },
  { ask: "GET /items/%zz", status: 400 },
  { ask: "GET /items/%E0%A4%A", status: 400 },
  { ask: "GET /items/1/", status: 404 },
  { ask: "GET //items/1", status: 404 },
  { ask: "GET /items//", status: 404 },
  { ask: "GET /items/..", status: 200, says: item(".."), notByFetch: NORMALISED },
  { ask: "GET /x/../items/1", status: 404, notByFetch: NORMALISED },
  { ask: "GET /items/a;b=c", status: 200, says: item("a;b=c") },
  { ask: "GET /files/", status: 200, says: { rest: "" } },
  { ask: "GET /files", status: 404 },
  { ask: "GET /files/a/b%2Fc/%20d", status: 200, says: { rest: "a/b%2Fc/ d" } },
  { ask: "GET /files/a//b/", status: 200, says: { rest: "a//b/" } },
  // methods
  { ask: "HEAD /items/1", status: 200, says: "", fields: { "content-length": "25" } },
  { ask: "HEAD /head", status: 200, says: "" },
  { ask: "HEAD /stream", status: 200, says: "" },
  { ask: "HEAD /sized", status: 200, says: "", fields: { "content-length": "18" } },
  { ask: "HEAD /file", status: 200, says: "", fields: { "content-length": "11" } },
  { ask: "HEAD /throws", status: 500, says: "" },
  { ask: "HEAD /secret/items/1", status: 401, says: "" },
  { ask: "OPTIONS /items/1", status: 204, says: "", fields: { allow: "GET, HEAD, OPTIONS" } },
  { ask: "OPTIONS /own-options", status: 200, says: "mine" },
  { ask: "OPTIONS /none", status: 404 },
  { ask: "DELETE /items/1", status: 405, fields: { allow: "GET, HEAD, OPTIONS", ...problem } },
  { ask: "GET /products", status: 405, fields: { allow: "POST, OPTIONS" } },
  { ask: "GET /own-options", status: 405, fields: { allow: "OPTIONS" } },
  { ask: "QUERY /echo?a=1", headers: json, body: "{}", status: 200 },
  { ask: "PATCH /echo", status: 405, fields: { allow: "POST, QUERY, OPTIONS" } },
  { ask: "PROPFIND /items/1", status: 405 },
  // deprecation
  {
    ask: "GET /old/a%20b",
    status: 200,
    fields: {
      deprecation: "@1780272000",
      sunset: "Fri, 01 Jan 2027 00:00:00 GMT",
      link: '</items/a%20b>; rel="successor-version"',
    },
  },
  { ask: "GET /old/missing", status: 404, fields: { deprecation: "@1780272000", "x-shelf": "empty" } },
  // versions
  {
    ask: "GET /by-path/v1/items/7",
    status: 200,
    says: { id: "7", version: 1 },
    fields: { deprecation: "@1780272000", sunset: "Fri, 01 Jan 2027 00:00:00 GMT" },
  },
  { ask: "GET /by-path/v2/items/newest", status: 200, says: "newest", fields: { deprecation: null } },
  {
    ask: "GET /by-path/v3/items/7",
    status: 404,
    detail: "There is no such version: begin the path with /by-path/v1 or /by-path/v2",
  },
  { ask: "GET /by-path/v0/items/7", status: 410, says: { successor: "1" } },
  { ask: "GET /by-path/plain", status: 200, says: "plain" },
  { ask: "GET /by-header/items/7", headers: { "Api-Version": "2" }, status: 200, says: { id: "7", version: 2 }, fields: { vary: "api-version" } }, // prettier-ignore
  { ask: "GET /by-header/items/newest", headers: { "api-version": "1" }, status: 200, says: { id: "newest", version: 1 } }, // prettier-ignore
  { ask: "HEAD /by-header/items/7", headers: { "api-version": "1" }, status: 200, fields: { deprecation: "@1780272000" } }, // prettier-ignore
  {
    ask: "GET /by-header/items/7",
    status: 400,
    detail: "The version is missing: send Api-Version with 1 or 2",
  },
  {
    ask: "GET /by-header/items/7",
    headers: { "api-version": "9" },
    status: 400,
    says: { versions: ["1", "2"] },
  },
  { ask: "POST /by-header/items/7", headers: { "api-version": "1" }, status: 405, fields: { allow: "GET, HEAD, OPTIONS" } }, // prettier-ignore
  { ask: "GET /by-header/plain", status: 200, says: "plain", fields: { vary: null } },
  {
    ask: "GET /by-type/items/7",
    headers: { accept: "text/html, application/vnd.shop.v1+json;q=0.5, application/vnd.shop.v2+json" },
    status: 200,
    says: { id: "7", version: 2 },
    fields: { "content-type": "application/vnd.shop.v2+json", vary: "accept" },
  },
  { ask: "GET /by-type/items/7", headers: { accept: "application/json" }, status: 200, fields: { "content-type": "application/json; version=1" } }, // prettier-ignore
  {
    ask: "GET /by-type/items/7",
    headers: { accept: "application/vnd.shop.v9+json" },
    status: 406,
    fields: problem,
  },
  // limits
  { ask: `GET /items/${"x".repeat(8192 - 7)}`, status: 200 },
  { ask: `GET /items/${"x".repeat(8192 - 6)}`, status: 414 },
  { ask: "GET /items/1", headers: { "x-large": "x".repeat(16384) }, status: 431 },
  {
    ask: "GET /items/1",
    headers: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`x-${i}`, "1"])),
    status: 431,
  },
  {
    ask: `GET /items/1?${"a&".repeat(1001)}`,
    status: 400,
    detail: "The query has more than 1000 parameters.",
  },
  // docs
  { ask: "GET /openapi.json", status: 200, fields: { "x-content-type-options": "nosniff" } },
  { ask: "GET /docs", status: 200, fields: { "content-type": "text/html; charset=utf-8" } },
  { ask: "POST /docs", status: 405, fields: { allow: "GET, HEAD, OPTIONS" } },
];
