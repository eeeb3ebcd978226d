import { describe, expect, it } from "vitest";
import { parseSource, UnreadableText } from "./source-file.ts";

function refusal(text: string): { message: string; line: number | null } {
  try {
    parseSource(text, "a.yaml");
  } catch (error) {
    if (error instanceof UnreadableText) return { message: error.message, line: error.line };
    throw error;
  }
  throw new Error("it was read");
}

describe("a source file", () => {
  it("is JSON or YAML, with the line of each place", () => {
    const yaml = parseSource("a:\n  b:\n    - x\n    - 200: y\n", "a.yaml");
    expect(yaml.value).toEqual({ a: { b: ["x", { 200: "y" }] } });
    expect(yaml.originOf("/a/b/1/200")).toEqual({ file: "a.yaml", line: 4, pointer: "/a/b/1/200" });
    const json = parseSource('\uFEFF{\n"a": {"b": 1}}', "a.json");
    expect(json.value).toEqual({ a: { b: 1 } });
    expect(json.originOf("/a/b").line).toBe(2);
  });

  it("may be YAML's flow style, with comments and anchors", () => {
    const source = parseSource("{ a: &x { b: 1 }, c: *x, # why\n d: { <<: *x, e: 2 } }", "a.yaml");
    expect(source.value).toEqual({ a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } });
    expect(source.originOf("/c/b").line).toBe(1);
  });

  it("keeps __proto__ as a name like any other", () => {
    for (const text of [
      '{"__proto__": {"polluted": 1}, "constructor": 2}',
      "__proto__: { polluted: 1 }\nconstructor: 2\n",
    ]) {
      const { value } = parseSource(text, "a");
      expect(Object.keys(value as object)).toEqual(["__proto__", "constructor"]);
      expect((value as { polluted?: unknown }).polluted).toBeUndefined();
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("is refused at the line where it stops making sense", () => {
    expect(refusal("a: 1\nb: [1, 2\nc: 3\n")).toEqual({
      message: expect.stringContaining("Flow sequence") as string,
      line: 3,
    });
    expect(refusal("a: 1\na: 2\n")).toEqual({
      message: "Map keys must be unique at line 2, column 1",
      line: 2,
    });
  });

  it("does not let aliases multiply", () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `l${level + 1}: &l${level + 1} [${Array.from({ length: 10 }, () => `*l${level}`).join(", ")}]`,
    );
    expect(refusal(["l0: &l0 lol", ...levels].join("\n")).message).toBe(
      "Excessive alias count indicates a resource exhaustion attack",
    );
  });

  it("does not contain itself, and is not nested without end", () => {
    expect(refusal("a: &a [*a]\n").message).toBe("an alias stands for something that it is a part of");
    expect(refusal(`${"[".repeat(100_000)}${"]".repeat(100_000)}`).message).toContain("nested");
    expect(refusal(`{"a":`.repeat(500) + "1" + "}".repeat(500)).message).toBe(
      "it is nested more than 400 levels deep",
    );
    expect(refusal("- ".repeat(20_000)).message).toContain("nested");
  });
});
