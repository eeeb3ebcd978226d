import { describe, expect, test } from "vitest";
import { endpoint as makeEndpoint, type AnyEndpoint } from "../endpoint.ts";
import { operationIds, slugOf, type Operation } from "./operation-id.ts";
import type { Method } from "./route.ts";
import { Template } from "./template.ts";

const readItem = makeEndpoint({}, function readItem() {});
const nameless = makeEndpoint({}, () => {});

function operation(route: string, endpoint: AnyEndpoint, about: Partial<Operation> = {}): Operation {
  const [method, text] = route.split(" ") as [Method, string];
  const template = Template.parse(text);
  return {
    method,
    template,
    endpoint,
    hidden: false,
    canonical: false,
    deprecated: false,
    said: undefined,
    ...about,
  };
}

test.each([
  ["GET /", "get_root"],
  ["GET /items", "get_items"],
  ["GET /items/", "get_items_slash"],
  ["GET /items/{itemId}", "get_items_by_itemId"],
  ["GET /users/me", "get_users_me"],
  ["GET /users/{me}", "get_users_by_me"],
  ["DELETE /v{major}.{minor}/x-y", "delete_v_by_major_by_minor_x_y"],
  ["GET /{id}.json", "get_by_id_json"],
  ["GET /files/{rest:path}", "get_files_under_rest"],
  ["GET /café", "get_cafue9"],
])("the slug of %s is %s", (route, slug) => {
  const { method, template } = operation(route, readItem);
  expect(slugOf(method, template)).toBe(slug);
});

describe("the plain name belongs to", () => {
  test("the canonical route", () => {
    const routes = [
      operation("GET /a", readItem),
      operation("GET /b", readItem, { canonical: true, deprecated: true }),
    ];
    expect(operationIds(routes)).toEqual(["readItem_get_a", "readItem"]);
  });

  test("else the first that is not deprecated", () => {
    const routes = [
      operation("GET /v1", readItem, { deprecated: { since: "2026-01-01" } }),
      operation("GET /v2", readItem),
      operation("GET /v3", readItem),
    ];
    expect(operationIds(routes)).toEqual(["readItem_get_v1", "readItem", "readItem_get_v3"]);
  });

  test("a documented route before one that is hidden", () => {
    const routes = [operation("GET /a", readItem, { hidden: true }), operation("GET /b", readItem)];
    expect(operationIds(routes)).toEqual(["readItem_get_a", "readItem"]);
  });

  test("a route for everybody before one for another audience", () => {
    const routes = [
      operation("GET /inside", readItem, { audience: ["internal"] }),
      operation("GET /a", readItem, { audience: ["partner", "public"] }),
    ];
    expect(operationIds(routes)).toEqual(["readItem_get_inside", "readItem"]);
    expect(operationIds(routes.slice(0, 1))).toEqual(["readItem"]);
  });

  test("the first where all are deprecated", () => {
    const routes = [
      operation("GET /a", readItem, { deprecated: true }),
      operation("GET /b", readItem, { deprecated: true }),
    ];
    expect(operationIds(routes)).toEqual(["readItem", "readItem_get_b"]);
  });

  test("the contract's name before the function's", () => {
    const named = makeEndpoint({ name: "getOne" }, function readItem() {});
    expect(operationIds([operation("GET /a", named), operation("POST /a", named)])).toEqual([
      "getOne",
      "getOne_post_a",
    ]);
  });
});

test("no other id changes when an alias goes", () => {
  const routes = [
    operation("GET /v1", readItem, { deprecated: true }),
    operation("GET /v2", readItem),
    operation("GET /v3", readItem),
    operation("POST /v3", readItem),
  ];
  const ids = operationIds(routes);
  for (const gone of [0, 2, 3])
    expect(operationIds(routes.toSpliced(gone, 1))).toEqual(ids.toSpliced(gone, 1));
});

test("a route's own operationId goes first, and its plain name to nobody else", () => {
  expect(
    operationIds([operation("GET /a", readItem, { said: "mine" }), operation("GET /b", readItem)]),
  ).toEqual(["mine", "readItem_get_b"]);
});

test("a function without a name leaves method and template", () => {
  expect(operationIds([operation("GET /ping", nameless), operation("GET /pong", nameless)])).toEqual([
    "get_ping",
    "get_pong",
  ]);
});

test("two functions do not share a plain route", () => {
  const other = makeEndpoint({}, function other() {});
  expect(operationIds([operation("GET /a", readItem), operation("GET /b", other)])).toEqual([
    "readItem",
    "other",
  ]);
});

test("letters beyond ASCII are spelled out, in names too", () => {
  const élan = makeEndpoint({}, function élan() {});
  expect(operationIds([operation("GET /a", élan), operation("GET /ü", élan)])).toEqual([
    "ue9lan",
    "ue9lan_get_ufc",
  ]);
});
