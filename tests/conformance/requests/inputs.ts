import { issue } from "./parts.ts";
import type { Row } from "./row.ts";

/** What is read of paths, queries, header fields and cookies. */
export const INPUTS: readonly Row[] = [
  // coercion and validation
  { ask: "GET /items/1?limit=101", status: 422, says: { errors: [issue("query", "limit")] } },
  { ask: "GET /items/1?limit=", status: 422 },
  { ask: "GET /items/1?limit=05", status: 422 },
  { ask: "GET /items/1?limit=%2B5", status: 422 },
  { ask: "GET /items/1?limit=1e1", status: 422 },
  { ask: "GET /items/1?limit=5&limit=6", status: 422, says: { errors: [issue("query", "limit")] } },
  { ask: "GET /items/1?limit=9007199254740993", status: 422 },
  { ask: "GET /items/1?limit=%ff", status: 400, detail: "The query holds a malformed percent-encoding." },
  { ask: "GET /numbers/0x10", status: 422, says: { errors: [issue("path", "number")] } },
  { ask: "GET /numbers/-0", status: 200, says: { number: 0 } },
  {
    ask: "GET /search?tag=a&tag=b&ids=1,2&page[size]=7&page[sort]=name&exact=true&word=a+b",
    headers: { "x-trace": "t", accepts: "a, b ,,c", cookie: "theme=dark; theme=light" },
    status: 200,
    says: {
      word: "a b",
      tag: ["a", "b"],
      ids: [1, 2],
      page: { size: 7, sort: "name" },
      exact: true,
      xTrace: "t",
      accepts: ["a", "b", "c"],
      theme: "dark",
    },
  },
  { ask: "GET /search", status: 200, says: { tag: [], page: { size: 5 }, exact: false, theme: "light" } },
  { ask: "GET /search?page[__proto__]=1&page[constructor]=2&__proto__[polluted]=1", status: 200 },
  {
    ask: "GET /search?exact=yes&ids=1,x&page[size]=big",
    headers: { cookie: "theme=blue" },
    status: 422,
    says: {
      errors: [
        issue("query", "ids", 1),
        issue("query", "page", "size"),
        issue("query", "exact"),
        issue("cookie", "theme"),
      ],
    },
  },
  { ask: "GET /search?page=1", status: 422 },
];
