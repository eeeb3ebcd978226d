import { describe, expect, it } from "vitest";
import { orders, snapshotOf } from "./compile.fixture.ts";
import { explain, missOf } from "./explain.ts";

const TEXT = orders("paths: { /a: { get: { operationId: a, responses: {} } } }");
const at = (host?: string): { readonly mount: object } => ({
  mount: { path: "/s", ...(host !== undefined && { host }) },
});

describe("the host of a request", () => {
  const snapshot = snapshotOf(
    { all: TEXT, broad: TEXT, narrow: TEXT, exact: TEXT },
    {
      services: {
        all: at(),
        broad: at("*.example.com"),
        narrow: at("*.api.example.com"),
        exact: at("v1.api.example.com"),
      },
    },
  );
  const operationFor = (host: string | undefined): string | undefined =>
    explain(snapshot, { method: "GET", path: "/s/a", host, headers: new Map() })?.operation.id;

  it.each([
    ["v1.api.example.com", "exact:a"],
    ["V1.API.example.com.:8080", "exact:a"],
    ["v2.api.example.com", "narrow:a"],
    ["x.v2.api.example.com:443", "narrow:a"],
    ["api.example.com", "broad:a"],
    ["example.com", "all:a"],
    ["", "all:a"],
    [undefined, "all:a"],
  ])("%s is answered by %s, as the gateway does it", (host, id) => expect(operationFor(host)).toBe(id));

  it("is told where nothing is answered for it", () => {
    const one = snapshotOf({ one: TEXT }, { services: { one: at("shop.example.com") } });
    const request = { method: "GET", path: "/s/a", host: "other.example.com", headers: new Map() };
    expect(explain(one, request)).toBeUndefined();
    expect(missOf(one, request).hosts).toEqual(["shop.example.com"]);
  });
});
