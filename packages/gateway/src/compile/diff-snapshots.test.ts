import { describe, expect, test } from "vitest";
import type { Operation, Policy, SecurityScheme, Service, Snapshot } from "../snapshot.ts";
import {
  type Loose,
  operationOf,
  ORIGIN,
  serviceOf,
  snapshotOf,
  upstreamOf,
} from "../plane/snapshot.fixture.ts";
import { diffSnapshots } from "./diff-snapshots.ts";
import { hashOf } from "./hash.ts";
import { jwtScheme } from "../policies/authn/jwt-scheme.fixture.ts";

const made = (service: Loose<Service>, operation: Loose<Operation> = {}): Snapshot =>
  snapshotOf(serviceOf(upstreamOf(["http://10.0.0.1"]), service), [operationOf("GET /a", operation)]);
const changes = (before: Snapshot, after: Snapshot): string[] =>
  diffSnapshots(before, after).map(({ at, message }) => `${at}: ${message}`);

describe("addresses that a service is known by", () => {
  const at = (url: string, prefix: string): { url: string; prefix: string } => ({ url, prefix });
  const [a, b] = ["https://a.example/v1", "https://b.example"];

  test.each([
    ["new", undefined, [at(a, "/shop")], [`service shop: addresses: ${a}: new, as /shop`]],
    ["gone", [at(a, ""), at(b, "")], [at(b, "")], [`service shop: addresses: ${a}: gone, was /`]],
    ["found elsewhere", [at(a, "/x")], [at(a, "/y")], [`service shop: addresses: ${a}: /x → /y`]],
    ["in another order", [at(a, ""), at(b, "")], [at(b, ""), at(a, "")], []],
    ["none", undefined, [], []],
  ])("%s", (_, was, is, told) => {
    const before = made(was === undefined ? {} : { addresses: was });
    expect(changes(before, made({ addresses: is }))).toEqual(told);
  });
});

test("consumers of any name come and go", () => {
  const before = made({});
  const consumer = { id: "constructor", keys: [], basic: [], certificates: [], scopes: [], claims: {} };
  const withConsumer = (snapshot: Snapshot): Snapshot => {
    const { hash: _, ...rest } = { ...snapshot, consumers: [consumer] };
    return { ...rest, hash: hashOf(rest) };
  };
  const { hash: _, ...rest } = before;
  expect(changes({ ...rest, hash: hashOf(rest) }, withConsumer(before))).toEqual([
    "consumer constructor: it is new",
  ]);
});

test("what a token has to be is told; what the document shows of schemes is not told twice", () => {
  const jwt = jwtScheme();
  const key: SecurityScheme = { kind: "apiKey", in: "header", name: "x-key" };
  const before = made({ securitySchemes: { jwt, key } });
  const after = made({
    securitySchemes: { jwt: { ...jwt, algorithms: ["ES256"] }, key: { ...key, name: "x-other" } },
  });
  expect(changes(before, after)).toEqual(['service shop: jwt: algorithms: ["RS256"] → ["ES256"]']);
});

test("a version that is chosen by a header in the place of a query", () => {
  const choice = { by: "query", name: "v", value: "1", isDefault: true } as const;
  expect(changes(made({}, { choice }), made({}, { choice: { ...choice, by: "header" } }))).toEqual([
    `operation shop:GET /a: choice: ${JSON.stringify(choice)} → ${JSON.stringify({ ...choice, by: "header" })}`,
  ]);
});

describe("policies", () => {
  const policy = (kind: string): Policy => ({ phase: "request", kind, options: {}, origin: ORIGIN });
  const [add, drop] = [policy("add"), policy("drop")];

  test("that came and went are named", () => {
    expect(changes(made({}, { policies: [add] }), made({}, { policies: [drop] }))).toEqual([
      "operation shop:GET /a: policy gone: add {}",
      "operation shop:GET /a: policy added: drop {}",
    ]);
  });

  test("in another order do other things", () => {
    expect(changes(made({}, { policies: [add, drop] }), made({}, { policies: [drop, add] }))).toEqual([
      "operation shop:GET /a: policies: add, drop → drop, add",
    ]);
  });
});

test("nothing is told of one and the same", () => {
  const one = made({ addresses: [{ url: "https://a.example", prefix: "" }] });
  expect(diffSnapshots(one, one)).toEqual([]);
  expect(diffSnapshots(one, { ...one, hash: "another" })).toEqual([]);
});
