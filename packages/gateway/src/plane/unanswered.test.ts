// What pages of other origins can read of answers that no operation gives, and where what is retired went.
import { describe, expect, test } from "vitest";
import { stepsOf } from "../policies/steps-of.ts";
import type { Operation, Policy } from "../snapshot.ts";
import { answering, ask, DRIVERS, gatewayFor, get, OK, rawUpstream, to } from "./plane.fixture.ts";
import { operationOf, policyOf, snapshotOf, type Loose } from "./snapshot.fixture.ts";

const PAGE = "Origin: https://shop.example";
const cors = (...origins: string[]): Policy => policyOf("cors", "cors", { origins });
const ALLOWED = /^access-control-allow-origin: https:\/\/shop\.example\r$/im;

const chosen = (version: string, by: "header" | "query", changes: Loose<Operation> = {}): Operation =>
  operationOf("GET /versions", {
    id: `shop:v${version}`,
    choice: { by, name: by === "header" ? "api-version" : "v", value: version, isDefault: false },
    policies: [cors("https://shop.example")],
    ...changes,
  });

describe.each(DRIVERS)("a page of another origin (%s)", (driver) => {
  async function up(
    operations: readonly Operation[],
  ): Promise<(path: string, ...lines: string[]) => Promise<string>> {
    const upstream = await rawUpstream(answering(OK));
    const { port } = await gatewayFor(snapshotOf(to(upstream), operations), driver, { stepsOf });
    return (path, ...lines) => ask(port, get(path, ...lines), /\}$/);
  }

  test("reads where what is retired went", async () => {
    const deprecation = {
      since: null,
      sunset: null,
      successor: "/v2/items/{item}",
      documentation: "https://a.example/",
    };
    const ask = await up([
      operationOf("GET /items/{id}", {
        retired: true,
        deprecation,
        policies: [cors("https://shop.example")],
      }),
      operationOf("GET /open"),
    ]);
    const reply = await ask("/items/a%20b", PAGE);
    expect(reply).toMatch(/^HTTP\/1\.1 410 /);
    expect(reply).toMatch(ALLOWED);
    expect(reply).toMatch(/^vary: Origin\r$/im);
    expect(reply).toMatch(
      /^link: <\/v2\/items\/a%20b>; rel="successor-version", <https:\/\/a\.example\/>; rel="deprecation"\r$/im,
    );
    expect(reply).toMatch(/ask \/v2\/items\/a%20b instead\..*"successor":"\/v2\/items\/a%20b"/);
    expect(await ask("/items/1", "Origin: https://other.example")).not.toMatch(/allow-origin/i);
  });

  test.each(["header", "query"] as const)("reads that it has to name a version by %s", async (by) => {
    const ask = await up([chosen("1", by), chosen("2", by), operationOf("GET /open")]);
    const unnamed = await ask("/versions", PAGE);
    expect(unnamed).toMatch(/^HTTP\/1\.1 400 /);
    expect(unnamed).toMatch(ALLOWED);
    const wrong =
      by === "header" ? await ask("/versions", PAGE, "api-version: 3") : await ask("/versions?v=3", PAGE);
    expect(wrong).toMatch(/^HTTP\/1\.1 404 /);
    expect(wrong).toMatch(ALLOWED);
    expect(wrong).toMatch(by === "header" ? /^vary: Origin, api-version\r$/im : /^vary: Origin\r$/im);
  });

  test("reads that the method is not there", async () => {
    const ask = await up([
      operationOf("PUT /a", { policies: [cors("https://shop.example")] }),
      operationOf("PUT /b"),
    ]);
    const reply = await ask("/a", PAGE);
    expect(reply).toMatch(/^HTTP\/1\.1 405 /);
    expect(reply).toMatch(ALLOWED);
    expect(await ask("/b", PAGE)).not.toMatch(/allow-origin/i);
    // Not all operations have the policy.
    expect(await ask("/nowhere", PAGE)).not.toMatch(/allow-origin/i);
  });

  test("reads that nothing is there, where one policy is everybody's", async () => {
    const policies = [cors("https://shop.example")];
    const ask = await up([operationOf("GET /a", { policies }), operationOf("PUT /b", { policies })]);
    for (const path of ["/nowhere", "/a//b", "/%zz"]) expect(await ask(path, PAGE)).toMatch(ALLOWED);
    const two = await up([
      operationOf("GET /a", { policies }),
      operationOf("PUT /b", { policies: [cors("https://other.example")] }),
    ]);
    expect(await two("/nowhere", PAGE)).not.toMatch(/allow-origin/i);
  });
});
