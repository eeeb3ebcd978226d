import { expect, it } from "vitest";
import type { FunctionReport, RouteReport } from "./route-report.ts";
import { describeFunctions } from "./route-text.ts";
import { type Paint, plain } from "./terminal.ts";

function route(path: string, more: Partial<RouteReport> = {}): RouteReport {
  return {
    method: "GET",
    path,
    operationId: "read",
    tags: [],
    inputs: {},
    guards: [],
    deprecated: false,
    hidden: false,
    ...more,
  };
}

const read: FunctionReport = {
  function: "readProduct",
  routes: [
    route("/items/{itemId}", {
      operationId: "readProduct",
      inputs: { itemId: { from: "path", name: "itemId" }, limit: { from: "query", name: "limit" } },
    }),
    route("/shelf/{sku}", {
      operationId: "readProductShelf",
      inputs: { itemId: { from: "path", name: "sku" }, limit: { from: "query", name: "per_page" } },
      guards: [
        {
          from: "dependency",
          name: "currentUser",
          inputs: {
            token: { from: "credential", name: "bearer" },
            tenant: {
              from: "dependency",
              name: "tenant",
              inputs: { id: { from: "header", name: "x-tenant" } },
            },
            limit: { from: "constant", value: 1 },
          },
        },
      ],
    }),
    route("/newest", {
      method: "DELETE",
      operationId: "deleteNewest",
      scopes: ["admin", "items:write"],
      inputs: {
        itemId: { from: "dependency", name: "newestId", inputs: {} },
        limit: { from: "constant", value: 10 },
      },
      deprecated: { since: "2026-06-01", sunset: "2027-01-01", successor: "/items/{itemId}" },
      hidden: true,
    }),
  ],
};

it("makes a table of a function: one column an input, one row a route", () => {
  expect(describeFunctions([read], plain, 120)).toBe(`\
readProduct                itemId                limit            operationId
  GET    /items/{itemId}   path {itemId}         query limit      readProduct
  GET    /shelf/{sku}      path {sku}            query per_page   readProductShelf
      guards: currentUser (credential bearer, header x-tenant)
  DELETE /newest           dependency newestId   constant 10      deleteNewest
      scopes: admin, items:write
      deprecated since 2026-06-01, sunset 2027-01-01, successor /items/{itemId}
      hidden from the document
`);
});

it("makes a list where the table would be too wide", () => {
  expect(describeFunctions([{ ...read, routes: read.routes.slice(0, 2) }], plain, 60)).toBe(`\
readProduct
  GET /items/{itemId}   readProduct
      itemId ← path {itemId}
      limit  ← query limit
  GET /shelf/{sku}   readProductShelf
      itemId ← path {sku}
      limit  ← query per_page
      guards: currentUser (credential bearer, header x-tenant)
`);
});

it("names every source", () => {
  const inputs: RouteReport["inputs"] = {
    a: { from: "body" },
    b: { from: "body", name: "item" },
    c: { from: "cookie", name: "session" },
    d: { from: "request" },
    e: { from: "response" },
    f: { from: "absent" },
    g: { from: "constant", value: "x".repeat(80) },
    h: { from: "scopes" },
  };
  const text = describeFunctions(
    [{ function: "all", routes: [route("/", { inputs, deprecated: true })] }],
    plain,
    0,
  );
  expect(text).toBe(`\
all
  GET /   read
      a ← body
      b ← body key item
      c ← cookie session
      d ← request
      e ← response
      f ← (not in this path)
      g ← constant "${"x".repeat(30)}…
      h ← scopes
      deprecated
`);
});

it("keeps the columns in line when it colours", () => {
  const coloured: Paint = (_format, text) => `\u001B[1m${text}\u001B[22m`;
  const text = describeFunctions([read], coloured, 120);
  expect(text).toContain("\u001B[1m");
  expect(text.replaceAll(/\u001B\[\d+m/g, "").replaceAll(/ +$/gm, "")).toBe(
    describeFunctions([read], plain, 120),
  );
});

it("parts functions by an empty line, and has nothing to say of none", () => {
  const one = { function: "a", routes: [route("/a")] };
  expect(describeFunctions([one, one], plain, 80).split("\n\n")).toHaveLength(2);
  expect(describeFunctions([], plain, 80)).toBe("");
});
