import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { KeptSpans } from "../../../../waymark/src/observability/kept-spans.fixture.ts";
import { accessLog } from "../../observe/access-log.ts";
import { tracing } from "../../observe/tracing.ts";
import { together } from "../../observe/watcher.ts";
import { answering, ask, gatewayFor, get, OK, rawUpstream, receivedBy } from "../../plane/plane.fixture.ts";
import { operationOf, serviceOf, snapshotOf, upstreamOf } from "../../plane/snapshot.fixture.ts";
import type { Operation, Snapshot } from "../../snapshot.ts";
import { policy } from "../call.fixture.ts";
import { stepsOf } from "../steps-of.ts";

const KEY = "wm_live_0123456789abcdef0123456789abcdef";
const kept = new KeptSpans();
beforeAll(() => kept.register());
afterAll(() => kept.unregister());
afterEach(() => kept.reset());

interface Seen {
  readonly statuses: readonly string[];
  /** What the upstream received. */
  readonly received: string;
  /** What the gateway wrote down, and told. */
  readonly written: string;
}

async function seen(paths: readonly string[], parts: Partial<Operation> = {}): Promise<Seen> {
  const upstream = await rawUpstream(answering(OK));
  const service = serviceOf(upstreamOf([upstream.origin]), {
    securitySchemes: { key: { kind: "apiKey", in: "query", name: "api_key" } },
  });
  const operation = operationOf("GET /orders", { security: [{ key: [] }], ...parts });
  const snapshot: Snapshot = {
    ...snapshotOf(service, [operation]),
    consumers: [
      {
        id: "mobile",
        keys: [{ hash: createHash("sha256").update(KEY).digest("hex"), scheme: null }],
        basic: [],
        certificates: [],
        scopes: [],
        claims: {},
      },
    ],
  };
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const logger = { debug: log, info: log, warn: log, error: log };
  const gateway = await gatewayFor(snapshot, "wire", {
    stepsOf,
    watcher: together([accessLog({ logger }), tracing()])!,
  });
  const statuses: string[] = [];
  const answers: string[] = [];
  for (const path of paths) {
    const answer = await ask(gateway.port, get(path), /\r\n\r\n[^]*(?:ok|\})$/);
    statuses.push(answer.slice(9, 12));
    answers.push(answer);
  }
  await expect.poll(() => lines.length).toBe(paths.length);
  const spans = kept.spans.map(({ name, attributes, events, status }) => ({
    name,
    attributes,
    events,
    status,
  }));
  return {
    statuses,
    received: receivedBy(upstream),
    written: [...lines, JSON.stringify(spans), ...gateway.reports, ...answers].join("\n"),
  };
}

it("a key of the query lets in, and is in no log, no trace and no request that goes on", async () => {
  const { statuses, received, written } = await seen([
    `/orders?api_key=${KEY}`,
    `/orders?a=1&api_key=${KEY}&b=2`,
    `/orders?api%5Fkey=${KEY}&a=3`,
    `/orders?%61pi_key=${encodeURIComponent(KEY).replace("w", "%77")}`,
    `/orders?&&api_key=${KEY}&`,
  ]);
  expect(statuses).toEqual(["200", "200", "200", "200", "200"]);
  expect(received.match(/^GET .*$/gm)).toEqual([
    "GET /orders HTTP/1.1",
    "GET /orders?a=1&b=2 HTTP/1.1",
    "GET /orders?a=3 HTTP/1.1",
    "GET /orders HTTP/1.1",
    "GET /orders HTTP/1.1",
  ]);
  for (const text of [received, written]) {
    expect(text).not.toContain("0123456789abcdef0123");
    expect(text).not.toMatch(/api(?:_|%5f)key=/i);
  }
  expect(written).toContain("consumer:mobile");
});

it("neither is one that is not good, or is there twice, whether it was asked for or not", async () => {
  const wrong = "wm_live_fedcba9876543210fedcba9876543210";
  const paths = [
    `/orders?api_key=${wrong}`,
    `/orders?api_key=${KEY}&api_key=${wrong}`,
    `/orders?a=%ff&api_key=${wrong}`,
  ];
  const asked = await seen(paths);
  expect(asked.statuses.every((status) => status === "401" || status === "400")).toBe(true);
  expect(asked.received).toBe("");
  expect(asked.written).not.toMatch(/0123456789abcdef0123|fedcba98/);

  const optional = await seen(paths.slice(1, 2), { security: [{ key: [] }, {}] });
  expect([optional.statuses, optional.received.match(/^GET .*$/gm)]).toEqual([
    ["200"],
    ["GET /orders HTTP/1.1"],
  ]);
});

it("nor does a later policy bring it back", async () => {
  const policies = [
    policy("validateRequest", "validate", { unknownQuery: "refuse" }),
    policy("query", "request", { set: { from: "gateway" }, rename: { api_key: "k" } }),
  ];
  const { statuses, received, written } = await seen([`/orders?api_key=${KEY}`], { policies });
  expect([statuses, received.match(/^GET .*$/gm)]).toEqual([["200"], ["GET /orders?from=gateway HTTP/1.1"]]);
  expect(written).not.toContain(KEY);
});

it("is forwarded where the configuration says so", async () => {
  const policies = [policy("authn", "authn", { forward: ["apiKey"] })];
  const { received, written } = await seen([`/orders?api_key=${KEY}`], { policies });
  expect(received).toContain(`GET /orders?api_key=${KEY} HTTP/1.1`);
  expect(written).not.toContain(KEY);
});
