import { describe, expect, it } from "vitest";
import { diffDocuments } from "../openapi/diff/diff-documents.ts";
import { shop } from "../openapi/diff/pairs/shop.fixture.ts";
import { GONE, patched } from "../openapi/diff/pairs/pair.fixture.ts";
import { countChanges, describeChanges } from "./diff-text.ts";
import { plain } from "./terminal.ts";

function textOf(before: object, after: object, ignored = 0): string {
  const changes = diffDocuments(before, after);
  return describeChanges(changes, { ...countChanges(changes), ignored }, plain);
}

describe("the text of waymark diff", () => {
  it("groups by kind and operation, and says a change of a shared schema once", () => {
    const after = patched(
      shop,
      ["servers 1", GONE],
      ["paths /items get operationId", "getItems"],
      ["paths /items get parameters 0 schema maximum", 50],
      ["paths /items get summary", "Items"],
      ["components schemas NewItem properties name nullable", true],
    );
    expect(textOf(shop, after)).toBe(`\
Breaking
  the whole document
    server https://sandbox.example.com/v1: the server https://sandbox.example.com/v1 is gone  [server-removed]
  GET /items
    the operationId was listItems, and is getItems  [operation-id-changed]
    query limit: maximum fell from 100 to 50  [limit-narrowed]
  #/components/schemas/NewItem/properties/name
    null is possible now  [null-added]
      GET /items response 200 application/json [].name
      POST /items response 201 application/json name
      GET /items/{id} response 200 application/json name

Compatible
  POST /items
    body application/json name: null is possible now  [null-added]

Documentation
  GET /items
    the summary changed  [description-changed]

6 breaking, 1 compatible, 1 documentation
`);
  });

  it("names three places of a change that stands in many", () => {
    const paths = Object.fromEntries(
      Array.from({ length: 9 }, (_, n) => [`/items${n}`, shop.paths["/items"]]),
    );
    const before = { ...shop, paths };
    const text = textOf(before, patched(before, ["components schemas NewItem properties colour", GONE]));
    expect(text).toContain("[property-removed]\n      GET /items0 response 200 application/json []\n");
    expect(text).toContain("\n      and 24 more\n");
    expect(text.split("\n").filter((line) => line.includes("[property-removed]"))).toHaveLength(1);
  });

  it("says that nothing changed, and what was ignored", () => {
    expect(textOf(shop, shop)).toBe("No changes\n");
    expect(textOf(shop, shop, 3)).toBe("No changes (3 ignored)\n");
  });
});
