import { describe, expect, it } from "vitest";
import { z } from "zod";
import { HttpError } from "../http/http-error.ts";
import { path, query } from "../inputs/index.ts";
import { bench, type RouteFixture } from "./route.fixture.ts";

const since = "2026-06-01";

async function headersOf(
  fixture: RouteFixture,
  params: string[] = [],
  fn: () => unknown = () => 1,
): Promise<Readonly<Record<string, unknown>>> {
  return (await bench(fn, fixture).request({}, params)).sent!.headers;
}
async function linkOf(successor: string, fixture: RouteFixture, params: string[]): Promise<unknown> {
  return (await headersOf({ ...fixture, deprecated: { since, successor } }, params))["link"];
}

describe("a deprecated route", () => {
  it("says since when, until when, and what follows", async () => {
    const fixture = {
      path: "/v1/products/{itemId}",
      input: { itemId: path(z.string()), limit: query(z.int().default(1)) },
      deprecated: { since, sunset: "2027-01-01", successor: "/products/{itemId}" },
    };
    expect(await headersOf(fixture, ["7"])).toEqual({
      "content-type": "application/json",
      deprecation: "@1780272000",
      sunset: "Fri, 01 Jan 2027 00:00:00 GMT",
      link: '</products/7>; rel="successor-version"',
    });
  });

  it("says so on errors too", async () => {
    const fixture = { deprecated: { since }, input: { n: query(z.int()) } };
    expect(await headersOf(fixture)).toMatchObject({ deprecation: "@1780272000" });
    expect(await headersOf({ deprecated: { since } }, [], () => HttpError.throw(404))).toHaveProperty(
      "deprecation",
    );
    expect(await headersOf({ deprecated: { since } }, [], () => new Response("x"))).toHaveProperty(
      "deprecation",
    );
  });

  it("adds nothing when only flagged", async () => {
    expect(await headersOf({ deprecated: true })).toEqual({ "content-type": "application/json" });
  });
});

describe("the successor", () => {
  const fixture = {
    path: "/v1/{org}/{id}",
    input: { org: path(z.string()), id: path(z.string()), q: query(z.string().default("")) },
  };

  it("is expanded by input names, encoded", async () => {
    expect(await linkOf("/orgs/{org}/items/{id}", fixture, ["a/b", "ü"])).toBe(
      '</orgs/a%2Fb/items/%C3%BC>; rel="successor-version"',
    );
    expect(await linkOf("/items", fixture, ["a", "b"])).toBe('</items>; rel="successor-version"');
  });

  it("takes the one path input left over for the one name left over", async () => {
    expect(await linkOf("/orgs/{org}/items/{productId}", fixture, ["a", "b"])).toBe(
      '</orgs/a/items/b>; rel="successor-version"',
    );
  });

  it("knows constants", async () => {
    const sources = { version: { from: "constant", value: 2 } } as const;
    expect(await linkOf("/v{version}/{id}", { ...fixture, sources }, ["a", "b"])).toBe(
      '</v2/b>; rel="successor-version"',
    );
  });

  it("is no link where a name has no value", async () => {
    expect(await linkOf("/{x}/{y}", fixture, ["a", "b"])).toBeUndefined();
    expect(await linkOf("/{q}/{org}/{id}", fixture, ["a", "b"])).toBeUndefined();
    expect(await linkOf("/{org}/{id}", fixture, ["..", "b"])).toBeUndefined();
  });
});
