import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Hiding } from "./hide-secrets.ts";

const hiding = new Hiding(["top secret/1", "abc", "abcdef", "x"]);

describe("a text", () => {
  it("is without secrets, in the forms of URLs, forms and JSON too", () => {
    expect(hiding.text("a top secret/1 b")).toBe("a *** b");
    expect(hiding.text("/top%20secret%2F1?q=top+secret%2F1")).toBe("/***?q=***");
    expect(new Hiding(['say "no"']).text(JSON.stringify({ a: 'say "no"' }))).toBe('{"a":"***"}');
  });

  it("shows nothing of a secret that holds another", () => {
    expect(hiding.text("abcdef abc")).toBe("*** ***");
  });

  it("keeps what is too short to be one", () => {
    expect(hiding.text("x marks it")).toBe("x marks it");
  });

  it("never holds a secret afterwards, whatever the two are", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 3 }).filter((text) => !"***".includes(text) && !text.includes("*")),
          { maxLength: 4 },
        ),
        fc.string(),
        fc.string(),
        (secrets, before, after) => {
          for (const secret of secrets) {
            const shown = new Hiding(secrets).text(before + secret + after);
            for (const each of secrets) expect(shown.includes(each)).toBe(false);
          }
        },
      ),
    );
  });
});

describe("a value", () => {
  it("is itself where it holds nothing", () => {
    const error = Object.assign(new Error("fine\n  on two lines"), {
      details: { list: [1, "two"], at: new Date(0) },
    });
    expect(hiding.value(error)).toBe(error);
    const map = new Map([["a", new Set(["b"])]]);
    expect(hiding.value(map)).toBe(map);
  });

  it("is a copy of its kind where it does", () => {
    class OwnError extends Error {
      override readonly name = "OwnError";
    }
    const error = new OwnError("was abc", { cause: new Error("abc") });
    const shown = hiding.value(error) as OwnError;
    expect(shown).not.toBe(error);
    expect(shown).toBeInstanceOf(OwnError);
    expect([shown.name, shown.message, (shown.cause as Error).message]).toEqual([
      "OwnError",
      "was ***",
      "***",
    ]);
    expect(shown.stack).toContain("was ***");
    expect(shown.stack).toContain("hide-secrets.test.ts");
    expect(error.message).toBe("was abc");
    expect(hiding.value(new Map([["abc", new Set(["abc"])]]))).toEqual(new Map([["***", new Set(["***"])]]));
    expect(hiding.value({ abc: ["abc", { deep: "abc" }] })).toEqual({ "***": ["***", { deep: "***" }] });
    expect(hiding.value(new URL("http://abc@host/"))).toBe("http://***@host/");
  });

  it("may hold itself, and may go deeper than anybody looks", () => {
    const ring: Record<string, unknown> = { text: "abc" };
    ring["self"] = ring;
    expect(hiding.value(ring)).toMatchObject({ text: "***" });
    let deep: unknown = "abc";
    for (let i = 0; i < 50; i++) deep = { deep };
    expect(JSON.stringify(hiding.value(deep))).not.toContain("abc");
  });

  it("of an object that cannot be shown is hidden", () => {
    const value = {
      toJSON() {
        throw new Error("no");
      },
    };
    expect(hiding.value(value)).toBe("***");
  });
});
