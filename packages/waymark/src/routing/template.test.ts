import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTemplate, Template } from "./template.ts";
import { RouteTree } from "./tree.ts";

const faultsOf = (text: string): readonly string[] => {
  const parsed = parseTemplate(text);
  return parsed instanceof Template ? [] : parsed;
};

describe("a good template", () => {
  test.each([
    ["/", [], "/", "/"],
    ["/items", [], "/items", "/items"],
    ["/items/", [], "/items/", "/items/"],
    ["/items/{itemId}", ["itemId"], "/items/{}", "/items/{itemId}"],
    ["/{id}.json", ["id"], "/{}.json", "/{id}.json"],
    ["/jobs/{name}:cancel", ["name"], "/jobs/{}:cancel", "/jobs/{name}:cancel"],
    ["/v{major}.{minor}/x", ["major", "minor"], "/v{}.{}/x", "/v{major}.{minor}/x"],
    ["/files/{rest:path}", ["rest"], "/files/{:path}", "/files/{rest}"],
    ["/{user-id}/{_x}", ["user-id", "_x"], "/{}/{}", "/{user-id}/{_x}"],
    ["/café/100%/a b", [], "/café/100%/a b", "/caf%C3%A9/100%25/a%20b"],
    [
      "/items:search/{id}:undo/x:/:/:1/a*/**",
      ["id"],
      "/items:search/{}:undo/x:/:/:1/a*/**",
      "/items:search/{id}:undo/x:/:/:1/a*/**",
    ],
    ["/@me/$batch;x=1,2", [], "/@me/$batch;x=1,2", "/@me/$batch;x=1,2"],
  ])("%s", (text, names, shape, openapiPath) => {
    expect(Template.parse(text)).toMatchObject({ text, names, shape, openapiPath });
  });

  test("has one shape whatever its names are", () => {
    expect(Template.parse("/a/{b}").shape).toBe(Template.parse("/a/{c}").shape);
    expect(Template.parse("/a/{b}").shape).not.toBe(Template.parse("/a/{b:path}").shape);
    expect(Template.parse("/a/{b}").shape).not.toBe(Template.parse("/a/{b}.json").shape);
  });
});

describe("a malformed template", () => {
  test.each([
    ["users/{id}", "'users/{id}' must start with '/'"],
    ["", "'' must start with '/'"],
    ["/a/{b", "'/a/{b' has a '{' that is never closed"],
    ["/a/{b{c}", "'/a/{b{c}' has a '{' that is never closed"],
    ["/a/b}", "'/a/b}' has a '}' that was never opened"],
    ["/a/{}", "'/a/{}' has a parameter without a name"],
    ["/a/{:path}", "'/a/{:path}' has a parameter without a name"],
    ["/{a}/{a}", "'/{a}/{a}' names {a} twice"],
    ["/{a}/{a:path}", "'/{a}/{a:path}' names {a} twice"],
    ["/{a}{b}", "'/{a}{b}' needs something between {a} and {b}"],
    ["/{a:path}/b", "'/{a:path}/b' goes on after {a:path}, which takes the rest of the path"],
    ["/{a:path}.json", "'/{a:path}.json' goes on after {a:path}, which takes the rest of the path"],
    ["/x{a:path}", "'/x{a:path}' has something before {a:path} in its segment, which it takes whole"],
    ["/{a:int}", "'/{a:int}' has {a:int}: the only kind is {a:path}"],
    ["/{1a}", "'/{1a}' has {1a}: a name is letters, digits, '_' and '-', not beginning with a digit"],
    ["/{a b}", "'/{a b}' has {a b}: a name is letters, digits, '_' and '-', not beginning with a digit"],
    ["/a/:id", "'/a/:id' has ':id': a parameter is written {id}"],
    ["/:id.json/b", "'/:id.json/b' has ':id': a parameter is written {id}"],
    ["/:id?", "'/:id?' has ':id': a parameter is written {id}"],
    ["/:from-{to}", "'/:from-{to}' has ':from': a parameter is written {from}"],
    ["/files/*", "'/files/*' has '*': what takes the rest of a path is written {rest:path}"],
    ["/a//b", "'/a//b' has an empty segment"],
    ["/a?b={c}", "'/a?b={c}' has a '?' or '#': a template is a path without query and fragment"],
  ])("%s", (text, fault) => {
    expect(faultsOf(text)).toContain(fault);
  });

  test("tells of every fault at once", () => {
    expect(faultsOf("/{a}/{a}/{}")).toEqual([
      "'/{a}/{a}/{}' has a parameter without a name",
      "'/{a}/{a}/{}' names {a} twice",
    ]);
  });

  test("is thrown by Template.parse with its faults", () => {
    expect(() => Template.parse("/{a}{b}")).toThrow(TypeError);
    expect(() => Template.parse("/{a}{b}")).toThrow("needs something between");
  });

  test("never throws, whatever it is", () => {
    const characters = fc.string({
      unit: fc.constantFrom("/", "{", "}", ":", "a", "b", "path", ".", "?", "é"),
    });
    fc.assert(fc.property(characters, (text) => void parseTemplate(text)));
  });
});

describe("expand", () => {
  const expand = (text: string, values: Record<string, unknown>): string | undefined =>
    Template.parse(text).expand(values);

  test("puts values in place of names, percent-encoded", () => {
    expect(expand("/items/{id}", { id: "a b/c" })).toBe("/items/a%20b%2Fc");
    expect(expand("/v{a}.{b}/é", { a: 1, b: 2n })).toBe("/v1.2/%C3%A9");
    expect(expand("/files/{rest:path}", { rest: "a/b c/" })).toBe("/files/a/b%20c/");
    expect(expand("/files/{rest:path}", { rest: "" })).toBe("/files/");
  });

  test.each([[{}], [{ id: "" }], [{ id: "." }], [{ id: ".." }], [{ id: {} }], [Object.create({ id: "1" })]])(
    "gives nothing for %o, which cannot stand in a path",
    (values) => {
      expect(expand("/items/{id}", values)).toBeUndefined();
    },
  );

  test("lets no dot segment through a catch-all", () => {
    expect(expand("/files/{rest:path}", { rest: "a/../b" })).toBeUndefined();
  });

  test("half of a surrogate pair, which has no encoding, is the replacement character", () => {
    expect(expand("/items/{id}", { id: "a\ud800" })).toBe("/items/a%EF%BF%BD");
  });

  test("is undone by matching", () => {
    const template = Template.parse("/a/{x}/v{y}.{z}");
    const tree = new RouteTree<string>();
    tree.add(template, "found");
    const value = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !/[\0.]/.test(text));
    fc.assert(
      fc.property(value, value, value, (x, y, z) => {
        expect(tree.find(template.expand({ x, y, z })!)).toBe("found");
        expect(tree.params).toEqual([x, y, z]);
      }),
    );
  });
});
