import { describe, expect, it } from "vitest";
import { documentOf, mistakesOf, operationOf, orders, snapshotOf } from "../compile/compile.fixture.ts";

const ORDERS = orders(`tags: [{ name: a }]
paths:
  /orders: { get: { operationId: list, tags: [public], responses: {} }, post: { operationId: create, tags: [admin], responses: {} } }
  /debug: { get: { operationId: debug, responses: {} } }
`);

function overlaid(actions: string): ReturnType<typeof documentOf> {
  return documentOf(ORDERS, "orders.yaml", {}, [
    `overlay: 1.0.0\ninfo: { title: Platform, version: 1.0.0 }\nactions:\n${actions}`,
  ]);
}

describe("an overlay", () => {
  it("updates, adds to lists and removes, and has its own lines", () => {
    const snapshot = snapshotOf({
      orders: overlaid(`  - target: $.paths['/debug']
    remove: true
  - target: $.paths.*.get
    update: { tags: [read] }
  - target: $.paths.*[?@.tags[0] == 'admin']
    update:
      x-waymark:
        cors: { origins: "*" }
  - target: $.info
    update: { title: Shop }
`),
    });
    expect(snapshot.operations.map(({ id, tags }) => [id, tags])).toEqual([
      ["orders:list", ["public", "read"]],
      ["orders:create", ["admin"]],
    ]);
    expect(snapshot.services["orders"]?.title).toBe("Shop");
    expect(operationOf(snapshot, "orders:create").policies[0]?.origin).toEqual({
      file: "overlay-0.yaml",
      line: 11,
      pointer: "/actions/2/update/x-waymark/cors",
    });
    expect(operationOf(snapshot, "orders:create").origin.file).toBe("orders.yaml");
  });

  it("removes several items of one list", () => {
    const snapshot = snapshotOf({
      orders: overlaid(`  - { target: "$.paths['/orders'].get.tags", update: b }
  - { target: "$.paths['/orders'].get.tags", update: c }
  - { target: "$.paths['/orders'].get.tags[0, 1]", remove: true }
`),
    });
    expect(operationOf(snapshot, "orders:list").tags).toEqual(["c"]);
  });

  it("copies, and replaces plain values, as version 1.1 says", () => {
    const snapshot = snapshotOf({
      orders: overlaid(`  - { target: "$.paths", update: { /copied: {} } }
  - { target: "$.paths['/copied']", copy: "$.paths['/orders']" }
  - { target: "$.paths['/copied'].get.operationId", update: copiedList }
  - { target: "$.paths['/copied'].post", remove: true }
`),
    });
    expect(snapshot.operations.map(({ id, template }) => `${id} ${template}`)).toEqual([
      "orders:copiedList /v1/copied",
      "orders:debug /v1/debug",
      "orders:list /v1/orders",
      "orders:create /v1/orders",
    ]);
  });

  it("that misses or cannot be read is a mistake at its line", () => {
    expect(
      mistakesOf(
        overlaid(
          '  - { target: "$.paths[\'/gone\']", remove: true }\n  - { target: "$.paths[", remove: true }\n  - { remove: true }\n',
        ),
      ),
    ).toEqual([
      "overlay-0.yaml:4: '$.paths['/gone']' selects nothing in the document. Correct the target of the action, or remove it. [GW311]",
      expect.stringMatching(/^overlay-0\.yaml:5: the overlay cannot be applied: \$\.paths\[: /) as string,
      "overlay-0.yaml:6: the overlay cannot be applied: an action needs a `target`. See https://spec.openapis.org/overlay/. [GW312]",
    ]);
  });
});
