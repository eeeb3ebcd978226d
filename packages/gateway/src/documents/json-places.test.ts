import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { child } from "./pointer.ts";
import { parseSource } from "./source-file.ts";

/** Every pointer of a value. */
function pointersOf(value: unknown, pointer = ""): string[] {
  if (typeof value !== "object" || value === null) return [pointer];
  return [
    pointer,
    ...Object.entries(value).flatMap(([key, member]) => pointersOf(member, child(pointer, key))),
  ];
}

/** Writes JSON with each member on a line of its own, and notes where. */
function written(value: unknown): { text: string; lines: Map<string, number> } {
  const lines = new Map<string, number>();
  let text = "";
  const line = (): number => text.split("\n").length;
  const write = (each: unknown, pointer: string): void => {
    if (typeof each !== "object" || each === null) return void (text += JSON.stringify(each));
    const isList = Array.isArray(each);
    text += isList ? "[" : "{";
    Object.entries(each).forEach(([key, member], index) => {
      text += `${index === 0 ? "" : " ,"}\n`;
      lines.set(child(pointer, key), line());
      if (!isList) text += `${JSON.stringify(key)}\t:\n `;
      write(member, child(pointer, key));
    });
    text += isList ? "]" : "}";
  };
  lines.set("", 1);
  write(value, "");
  return { text, lines };
}

describe("lines of JSON", () => {
  it("are those in which keys and items stand, however deep", () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('a"b', "\\", "a/b~c", "__proto__", "0", "{", "é"));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree, { maxKeys: 4 }), (value) => {
        const { text, lines } = written(value);
        const source = parseSource(text, "a.json");
        for (const pointer of pointersOf(JSON.parse(text)))
          expect(source.originOf(pointer).line, pointer).toBe(lines.get(pointer));
      }),
    );
  });

  it("are those of the nearest thing around what is not there", () => {
    const source = parseSource('{\n "a": {\n  "b": {\n   "c": {\n    "d": {\n     "e": 1\n }}}}}', "a.json");
    expect(source.originOf("/a/b/c/d/e").line).toBe(6);
    expect(source.originOf("/a/b/c/d/nothing/here").line).toBe(5);
    expect(source.originOf("/a/nothing").line).toBe(2);
    expect(source.originOf("/nothing").line).toBe(1);
  });
});
