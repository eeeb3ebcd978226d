import { FORBIDDEN, issue, json } from "./parts.ts";
import type { Row } from "./row.ts";

/** What is read of bodies. */
export const BODIES: readonly Row[] = [
  // bodies
  {
    ask: "POST /products",
    headers: json,
    body: '{"name":"n","price":1,"extra":2}',
    status: 201,
    says: { name: "n", price: 1 },
  },
  {
    ask: "POST /products",
    headers: { "content-type": "application/merge-patch+json" },
    body: '{"name":"n","price":1}',
    status: 201,
  },
  {
    ask: "POST /products",
    headers: { "content-type": "Application/JSON; Charset=UTF-8" },
    body: '{"name":"n","price":1}',
    status: 201,
  },
  {
    ask: "POST /products",
    headers: { "content-type": "text/plain" },
    body: '{"name":"n","price":1}',
    status: 415,
  },
  {
    ask: "POST /products",
    headers: { "content-type": "application/json; charset=latin1" },
    body: "{}",
    status: 415,
  },
  {
    ask: "POST /products",
    headers: { "content-type": "application/json, text/plain" },
    body: "{}",
    status: 415,
  },
  { ask: "POST /products", headers: { "content-type": "constructor" }, body: "{}", status: 415 },
  {
    ask: "POST /products",
    headers: { ...json, "content-encoding": "gzip" },
    body: "{}",
    status: 415,
    fields: { "accept-encoding": "identity" },
  },
  { ask: "POST /products", headers: json, body: '{"name":', status: 400 },
  { ask: "POST /products", headers: json, body: "\ufeff{}", status: 422 },
  { ask: "POST /products", headers: json, status: 422, says: { errors: [issue("body", "")] } },
  {
    ask: "POST /products",
    headers: json,
    body: '{"__proto__":{"name":"n","price":1}}',
    status: 422,
    says: { errors: [issue("body", "", "name"), issue("body", "", "price")] },
  },
  {
    ask: "POST /products",
    headers: json,
    body: "[".repeat(9) + "]".repeat(9),
    status: 400,
    detail: "The JSON body is nested deeper than 8 levels.",
  },
  {
    ask: "POST /products",
    headers: json,
    body: JSON.stringify({ name: "x".repeat(1979), price: 1 }),
    status: 201,
  },
  {
    ask: "POST /products",
    headers: json,
    body: JSON.stringify({ name: "x".repeat(1980), price: 1 }),
    status: 413,
  },
  { ask: "PUT /pair", headers: json, body: '{"one":1}', status: 200, says: { one: 1 } },
  {
    ask: "PUT /pair",
    headers: json,
    body: '{"one":"1"}',
    status: 422,
    says: { errors: [issue("body", "one")] },
  },
  { ask: "PUT /pair", headers: json, body: "[1]", status: 422, says: { errors: [issue("body", "")] } },
  {
    ask: "POST /echo?a=1&a=2",
    headers: { "content-type": "x/y" },
    body: "grüße",
    status: 200,
    says: {
      text: "grüße",
      method: "POST",
      path: "/echo",
      query: [
        ["a", "1"],
        ["a", "2"],
      ],
    },
  },
  { ask: "POST /echo", status: 200, says: { text: "", method: "POST", path: "/echo", query: [] } },
  // groups, and bodies of other media types
  {
    ask: "GET /grouped?page-size=3&tags=a&tags=b&q=x",
    headers: { "X-Trace": "t", cookie: "theme=dark; other=1" },
    status: 200,
    says: {
      page: { size: 3, tags: ["a", "b"] },
      q: "x",
      trace: { xTrace: "t" },
      settings: { theme: "dark" },
    },
  },
  {
    ask: "GET /grouped?page-size=x&size=3&__proto__=1&a%5B",
    status: 422,
    says: {
      errors: [
        issue("query", "page-size"),
        issue("query", "size"),
        issue("query", "__proto__"),
        issue("query", "a["),
      ],
    },
  },
  { ask: "POST /text", headers: { "content-type": "text/plain; charset=utf-8" }, body: "grüße", status: 200, says: { text: "grüße" } }, // prettier-ignore
  { ask: "POST /text", status: 200, says: { text: "" } },
  { ask: "POST /text", headers: { "content-type": "text/plain; charset=utf-16" }, body: "x", status: 415 },
  { ask: "POST /text", headers: json, body: '"x"', status: 415 },
  { ask: "POST /text", headers: { "content-type": "text/plain" }, body: "x".repeat(3000), status: 413 },
  { ask: "POST /count", headers: { "content-type": "video/x" }, body: "x".repeat(1500), status: 200, says: { bytes: 1500 } }, // prettier-ignore
  { ask: "POST /count", headers: { "content-type": "text/csv" }, body: "x".repeat(3000), status: 413 },
  { ask: "POST /count", headers: { "content-type": "text/plain" }, body: "x", status: 415 },
  {
    ask: "POST /count",
    headers: { "content-type": "text/csv", "content-encoding": "gzip" },
    body: "x",
    status: 415,
  },
  { ask: "POST /count/ignored", headers: { "content-type": "application/octet-stream" }, body: "x".repeat(1500), status: 200 }, // prettier-ignore
  {
    ask: "POST /parsed",
    headers: { "content-type": "text/pairs" },
    body: "a=b",
    status: 200,
    says: { a: "b" },
  },
  { ask: "POST /parsed", headers: json, body: '{"a":"b"}', status: 200, says: { a: "b" } },
  { ask: "POST /parsed", headers: { "content-type": "text/pairs", "content-encoding": "gzip" }, body: "a=b", status: 400 }, // prettier-ignore
  { ask: "POST /parsed", headers: { "content-type": "text/pairs", "content-encoding": "gzip, gzip" }, body: "a=b", status: 415 }, // prettier-ignore
  { ask: "GET /items/1", headers: json, body: "{not json", status: 200, notByFetch: FORBIDDEN },
];
