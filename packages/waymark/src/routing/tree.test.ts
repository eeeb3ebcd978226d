import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Template, type Segment } from "./template.ts";
import { RouteTree } from "./tree.ts";

function treeOf(...texts: string[]): RouteTree<string> {
  const tree = new RouteTree<string>();
  for (const text of texts) tree.add(Template.parse(text), text);
  return tree;
}

function match(tree: RouteTree<string>, path: string): [template: string, ...params: string[]] | undefined {
  const found = tree.find(path);
  return found === undefined ? undefined : [found, ...tree.params];
}

describe("what goes first", () => {
  const templates = [
    "/users/{id}",
    "/users/me",
    "/users/{rest:path}",
    "/users/{id}.json",
    "/users/{id}/posts",
    "/users/me.json",
  ];

  test.each([[templates], [templates.toReversed()]])(
    "is the more specific, whatever the order: %j",
    (texts) => {
      const tree = treeOf(...texts);
      expect(match(tree, "/users/me")).toEqual(["/users/me"]);
      expect(match(tree, "/users/you")).toEqual(["/users/{id}", "you"]);
      expect(match(tree, "/users/you.json")).toEqual(["/users/{id}.json", "you"]);
      expect(match(tree, "/users/me.json")).toEqual(["/users/me.json"]);
      expect(match(tree, "/users/you/friends")).toEqual(["/users/{rest:path}", "you/friends"]);
    },
  );

  test("does not keep a less specific one from matching: backtracking", () => {
    const tree = treeOf("/users/me", "/users/{id}/posts", "/{a}/{b}/{c}/{d}", "/users/{rest:path}");
    expect(match(tree, "/users/me/posts")).toEqual(["/users/{id}/posts", "me"]);
    expect(match(tree, "/users/me/likes")).toEqual(["/users/{rest:path}", "me/likes"]);
    expect(match(tree, "/users/me/posts/1")).toEqual(["/users/{rest:path}", "me/posts/1"]);
    expect(match(tree, "/people/me/posts/1")).toEqual(["/{a}/{b}/{c}/{d}", "people", "me", "posts", "1"]);
  });

  test("is more literal text, among parameters with literals", () => {
    const tree = treeOf("/{a}.json", "/x{a}.json", "/{a}-{b}", "/{a}-{b}.json");
    expect(match(tree, "/xy.json")).toEqual(["/x{a}.json", "y"]);
    expect(match(tree, "/p-q.json")).toEqual(["/{a}-{b}.json", "p", "q"]);
    expect(match(tree, "/p.json")).toEqual(["/{a}.json", "p"]);
    expect(match(tree, "/p-q")).toEqual(["/{a}-{b}", "p", "q"]);
  });
});

describe("a parameter", () => {
  test("is never empty", () => {
    expect(match(treeOf("/items/{id}"), "/items/")).toBeUndefined();
    expect(match(treeOf("/items/{id}"), "/items")).toBeUndefined();
    expect(match(treeOf("/{id}.json"), "/.json")).toBeUndefined();
    expect(match(treeOf("/{a}-{b}"), "/-b")).toBeUndefined();
    expect(match(treeOf("/{a}-{b}"), "/a-")).toBeUndefined();
  });

  test("of several in a segment is as short as it can be, but for the last", () => {
    expect(match(treeOf("/v{a}.{b}"), "/v1.2.3")).toEqual(["/v{a}.{b}", "1", "2.3"]);
    expect(match(treeOf("/{a}-{b}-x"), "/1-2-3-x")).toEqual(["/{a}-{b}-x", "1", "2-3"]);
    expect(match(treeOf("/{a}--{b}"), "/---c")).toEqual(["/{a}--{b}", "-", "c"]);
  });

  test("is decoded once, and keeps a sent %2F to itself", () => {
    const tree = treeOf("/items/{id}", "/items/{id}/x");
    expect(match(tree, "/items/a%20b")).toEqual(["/items/{id}", "a b"]);
    expect(match(tree, "/items/a%2Fx")).toEqual(["/items/{id}", "a/x"]);
    expect(match(tree, "/items/%2525")).toEqual(["/items/{id}", "%25"]);
    expect(match(tree, "/items/a+b")).toEqual(["/items/{id}", "a+b"]);
    expect(match(tree, "/items/%2E%2E")).toEqual(["/items/{id}", ".."]);
  });

  test("takes its text as it is: separators of other systems mean nothing", () => {
    expect(match(treeOf("/items/{id}"), "/items/..;a\\b:c*")).toEqual(["/items/{id}", "..;a\\b:c*"]);
  });
});

describe("literal text", () => {
  test("is compared with the decoded segment", () => {
    expect(match(treeOf("/admin"), "/%61dmin")).toEqual(["/admin"]);
    expect(match(treeOf("/café"), "/caf%C3%A9")).toEqual(["/café"]);
    expect(match(treeOf("/{id}.json"), "/a%2Ejson")).toEqual(["/{id}.json", "a"]);
    expect(match(treeOf("/100%"), "/100%25")).toEqual(["/100%"]);
  });

  test("is neither normalised nor folded", () => {
    const tree = treeOf("/admin");
    for (const path of [
      "/Admin",
      "/admin/",
      "//admin",
      "/./admin",
      "/x/../admin",
      "/admin%2f",
      "/admin;x=1",
      "/%EF%BD%81dmin",
      "admin",
      "",
      "*",
    ])
      expect([path, match(tree, path)]).toEqual([path, undefined]);
  });

  test("with a percent sign is no escape", () => {
    expect(match(treeOf("/a%20b"), "/a%20b")).toBeUndefined();
    expect(match(treeOf("/a%20b"), "/a%2520b")).toEqual(["/a%20b"]);
    expect(match(treeOf("/100%"), "/100%")).toBeUndefined();
  });
});

describe("a catch-all", () => {
  const tree = treeOf("/files/{rest:path}");

  test("takes the rest, which may be nothing", () => {
    expect(match(tree, "/files/a/b/c.txt")).toEqual(["/files/{rest:path}", "a/b/c.txt"]);
    expect(match(tree, "/files/")).toEqual(["/files/{rest:path}", ""]);
    expect(match(tree, "/files/a//b/")).toEqual(["/files/{rest:path}", "a//b/"]);
    expect(match(tree, "/files")).toBeUndefined();
    expect(match(treeOf("/{all:path}"), "/")).toEqual(["/{all:path}", ""]);
  });

  test("is decoded segment by segment, and a sent %2F stays", () => {
    expect(match(tree, "/files/a%20b/c%2Fd/%2f")).toEqual(["/files/{rest:path}", "a b/c%2Fd/%2F"]);
    expect(match(tree, "/files/%2525")).toEqual(["/files/{rest:path}", "%25"]);
  });

  test("goes last", () => {
    expect(match(treeOf("/{rest:path}", "/{a}", "/x/{b}"), "/x/1")).toEqual(["/x/{b}", "1"]);
  });
});

test.each(["/%", "/%f", "/%zz", "/%ff", "/%c0%ae", "/%u002e", "/a/%e2%82", "/a%00b", "/ok/%00"])(
  "a badly encoded path matches nothing: %s",
  (path) => {
    expect(match(treeOf("/{rest:path}", "/{a}"), path)).toBeUndefined();
  },
);

test("names of Object.prototype are text like any other", () => {
  const tree = treeOf("/{a}/x", "/x");
  for (const path of ["/__proto__", "/constructor", "/toString"]) expect(match(tree, path)).toBeUndefined();
  expect(match(tree, "/__proto__/x")).toEqual(["/{a}/x", "__proto__"]);
});

test("add gives back who has the shape already", () => {
  const tree = treeOf("/a/{b}", "/files/{rest:path}");
  expect(tree.add(Template.parse("/a/{c}"), "second")).toBe("/a/{b}");
  expect(tree.add(Template.parse("/files/{x:path}"), "second")).toBe("/files/{rest:path}");
  expect(match(tree, "/a/1")).toEqual(["/a/{b}", "1"]);
});

test("an array of parameters stays as it was given", () => {
  const tree = treeOf("/a/{b}");
  tree.find("/a/1");
  const { params } = tree;
  tree.find("/a/2");
  tree.find("/a");
  expect(params).toEqual(["1"]);
});

// -- against a reference that tries every template, in the words of the rule -----------------------------------------------

/** Every way to cut a segment by a template's segment; the first is the right one. */
function cut(
  text: string,
  { names, literals }: Extract<Segment, { kind: "parameter" }>,
): string[] | undefined {
  const escape = (literal: string): string => literal.replace(/[^\w]/g, "\\$&");
  const source = literals
    .map(escape)
    .reduce((all, literal, index) => `${all}([^]+${index === names.length ? "" : "?"})${literal}`);
  return new RegExp(`^${source}$`).exec(text)?.slice(1);
}

const rank = (segment: Segment): [number, number, number, string] => {
  if (segment.kind === "static") return [0, 0, 0, ""];
  if (segment.kind === "rest") return [3, 0, 0, ""];
  const text = segment.literals.join("");
  return [text === "" ? 2 : 1, -text.length, segment.literals.length, segment.literals.join("{}")];
};

function compare(a: Segment, b: Segment): number {
  const [left, right] = [rank(a), rank(b)];
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return left[i]! < right[i]! ? -1 : 1;
  return 0;
}

function reference(templates: readonly Template[], path: string): [string, ...string[]] | undefined {
  const raw = path.slice(1).split("/");
  const texts = raw.map(decodeURIComponent);
  const hits = templates.flatMap((template) => {
    const params: string[] = [];
    for (const [index, segment] of template.segments.entries()) {
      if (segment.kind === "rest") {
        if (raw.length <= index) return [];
        const rest = raw.slice(index).map((each) => each.split(/%2f/i).map(decodeURIComponent).join("%2F"));
        return [{ template, params: [...params, rest.join("/")] }];
      }
      const text = texts[index];
      if (text === undefined) return [];
      const values =
        segment.kind === "static" ? (text === segment.text ? [] : undefined) : cut(text, segment);
      if (values === undefined) return [];
      params.push(...values);
    }
    return texts.length === template.segments.length ? [{ template, params }] : [];
  });
  hits.sort((a, b) => {
    for (const [index, segment] of a.template.segments.entries()) {
      const order = compare(segment, b.template.segments[index] ?? segment);
      if (order !== 0) return order;
    }
    return 0;
  });
  return hits[0] && [hits[0].template.text, ...hits[0].params];
}

const part = fc.constantFrom(
  "a",
  "b",
  "ab",
  "a.b",
  "a-b",
  "{x}",
  "{x}.b",
  "a{x}",
  "{x}-{y}",
  "{x}.{y}.{z}",
  "a{x}b",
);
const templateText = fc
  .tuple(fc.array(part, { maxLength: 4 }), fc.constantFrom("", "/", "/{rest:path}"))
  .map(([parts, end]) => {
    let count = 0;
    return `/${parts.join("/")}${parts.length === 0 ? end.slice(1) : end}`.replace(
      /\{[xyz]\}/g,
      () => `{p${count++}}`,
    );
  });
const pathText = fc
  .array(
    fc.constantFrom("a", "b", "ab", "a.b", "a-b", "aab", "a.b.a.b", "-", "", "x", "%61", "a%2Fb", "%2e", "é"),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => `/${parts.join("/")}`);

test("agrees with the reference on any templates and paths, whatever the order of insertion", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(templateText, { maxLength: 14, selector: (text) => Template.parse(text).shape }),
      fc.array(pathText, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      (texts, paths, keys) => {
        const shuffled = texts
          .map((text) => [keys.next().value, text] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, text]) => text);
        const [tree, other] = [treeOf(...texts), treeOf(...shuffled)];
        for (const path of paths) {
          const expected = reference(
            texts.map((text) => Template.parse(text)),
            path,
          );
          expect([path, match(tree, path), match(other, path)]).toEqual([path, expected, expected]);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test("no path makes it throw", () => {
  const tree = treeOf("/{a}", "/a/{b}.{c}", "/x/{rest:path}", "/100%", "/a/b");
  const hostile = fc.string({
    unit: fc.constantFrom(
      "/",
      "%",
      "%2",
      "%2f",
      "%ff",
      "%00",
      "a",
      ".",
      "..",
      "\\",
      "\0",
      "\ud800",
      "é",
      "x",
      "?",
      "#",
    ),
  });
  fc.assert(
    fc.property(hostile, (text) => {
      for (const path of [text, `/${text}`, `/x/${text}`]) {
        const found = match(tree, path) ?? [];
        expect(found.every((each) => typeof each === "string")).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test("the cost of a search is bounded by what was declared, not by the path", () => {
  // each level offers every alternative and each leads to a dead end: 4 ways at 12 levels would be 16 million
  const alternatives = ["a", "{p}", "{p}a", "a{p}"];
  const texts = alternatives.flatMap((first) =>
    alternatives.flatMap((second) => {
      const parts = Array.from({ length: 12 }, (_, index) =>
        (index % 2 === 0 ? first : second).replace("p", `p${index}`),
      );
      return [`/${parts.join("/")}/end`];
    }),
  );
  const tree = treeOf(...texts);
  const { length } = texts.flatMap((text) => text.split("/"));
  expect(steps(() => expect(tree.find(`/${"aa/".repeat(12)}nope`)).toBeUndefined())).toBeLessThanOrEqual(
    length,
  );
  expect(steps(() => expect(tree.find(`/${"a%61/".repeat(12)}nope`)).toBeUndefined())).toBeLessThanOrEqual(
    length,
  );
  expect(steps(() => expect(tree.find(`/${"aa/".repeat(5000)}nope`)).toBeUndefined())).toBeLessThanOrEqual(
    length,
  );
});

/** How often a search looks for the end of a segment, which it does once for each node that it visits. */
function steps(run: () => void): number {
  let count = 0;
  // oxlint-disable-next-line typescript/unbound-method -- called with its own string below
  const { indexOf } = String.prototype;
  String.prototype.indexOf = function (this: string, text: string, from?: number): number {
    if (text === "/") count++;
    return indexOf.call(this, text, from);
  };
  try {
    run();
  } finally {
    String.prototype.indexOf = indexOf;
  }
  expect(count).toBeGreaterThan(12);
  return count;
}
