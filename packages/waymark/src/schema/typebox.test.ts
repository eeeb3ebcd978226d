import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { jsonSchema } from "./json-schema.ts";
import { typebox } from "./typebox.ts";
import { validate } from "./validate.ts";

describe("typebox", () => {
  test("fills in defaults without writing into what it was given", () => {
    const schema = typebox(
      Type.Object({
        limit: Type.Integer({ default: 10 }),
        deep: Type.Object({ on: Type.Boolean({ default: true }) }),
      }),
    );
    const sent = { deep: {} };
    expect(validate(schema, sent)).toEqual({ value: { limit: 10, deep: { on: true } } });
    expect(sent).toEqual({ deep: {} });
    expect(validate(typebox(Type.Integer({ default: 5 })), undefined)).toEqual({ value: 5 });
  });

  test("converts nothing, and leaves what is not declared", () => {
    const schema = typebox(Type.Object({ n: Type.Number() }));
    expect(validate(schema, { n: "5" })).toMatchObject({ issues: [{ path: ["n"], code: "type" }] });
    const value = { n: 5, more: 1 };
    expect(validate(schema, value)).toEqual({ value });
  });

  test("passes what it has checked through codecs", () => {
    const when = Type.Codec(Type.String({ format: "date" })).Decode((text) => new Date(text)).Encode((date) => date.toISOString()); // prettier-ignore
    const schema = typebox(Type.Object({ when }));
    const sent = { when: "2026-01-02" };
    expect(validate(schema, sent)).toEqual({ value: { when: new Date("2026-01-02") } });
    expect(sent).toEqual({ when: "2026-01-02" });
    expect(validate(schema, { when: "no" })).toMatchObject({ issues: [{ path: ["when"], code: "format" }] });
    expect(jsonSchema(schema, "input")).toMatchObject({ properties: { when: { type: "string" } } });
    expect(() => jsonSchema(schema, "output")).toThrow("codec");
  });

  test("tells each missing and each undeclared key once, and elements by number", () => {
    const schema = typebox(
      Type.Object(
        { a: Type.String(), "b/c": Type.Array(Type.Object({ 0: Type.Integer() })) },
        { additionalProperties: false },
      ),
    );
    expect(validate(schema, {})).toMatchObject({
      issues: [{ path: ["a"], code: "required" }, { path: ["b/c"] }],
    });
    const told = validate(schema, { a: "x", "b/c": [{ 0: 1 }, { 0: "x" }], more: 1 });
    expect(told).toMatchObject({ issues: expect.arrayContaining([expect.objectContaining({ path: ["b/c", 1, "0"] }), expect.objectContaining({ path: [], code: "additionalProperties" })]) }); // prettier-ignore
    expect((told as { issues: unknown[] }).issues).toHaveLength(2);
  });

  test("writes draft 2020-12", () => {
    const json = (type: Parameters<typeof typebox>[0]) => jsonSchema(typebox(type), "input");
    expect(json(Type.Tuple([Type.String()]))).toEqual({
      type: "array",
      prefixItems: [{ type: "string" }],
      items: false,
      minItems: 1,
    });
    expect(json(Type.Record(Type.String(), Type.Number()))).toEqual({
      type: "object",
      additionalProperties: { type: "number" },
    });
    expect(json(Type.Record(Type.Integer(), Type.Number()))).toHaveProperty("patternProperties");
    expect(json(Type.Union([Type.String(), Type.Undefined()]))).toEqual({ type: "string" });
    expect(json(Type.Unsafe({ type: "string", format: "x" }))).toEqual({ type: "string", format: "x" });
    expect(() => json(Type.Object({ f: Type.Function([], Type.String()) }))).toThrow(
      "TypeBox's function has no form in JSON",
    );
  });

  test("refuses two types under one $id", () => {
    const type = Type.Object({ a: Type.String({ $id: "X" }), b: Type.Integer({ $id: "X" }) });
    expect(() => jsonSchema(typebox(type), "input")).toThrow('$id "X"');
  });
});
