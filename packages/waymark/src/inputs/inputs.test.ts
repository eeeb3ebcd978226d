import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as input from "./index.ts";

describe("a marker", () => {
  const schema = z.string();

  it.each([input.query, input.header, input.cookie])(
    "carries its schema and what it says of itself: %o",
    (make) => {
      const place = make.name;
      expect(make(schema)).toEqual({ in: place, schema, options: {} });
      const options = { name: "x", description: "An x", deprecated: true };
      expect(make(schema, options)).toEqual({ in: place, schema, options });
    },
  );

  it("of the body carries the same", () => {
    expect(input.body(schema, { description: "All of it" })).toEqual({
      in: "body",
      schema,
      options: { description: "All of it" },
    });
  });

  it("without a schema is its place alone", () => {
    expect([input.request(), input.response(), input.given<1>()]).toEqual([
      { in: "request" },
      { in: "response" },
      { in: "given" },
    ]);
  });

  it("of a constant carries the very value", () => {
    const value = { a: [1] };
    expect(input.constant(value)).toEqual({ in: "constant", value });
    expect(Reflect.get(input.constant(value), "value")).toBe(value);
  });
});

describe("a path input", () => {
  it.each([
    ["zod", z.string()],
    ["zod, converting", z.coerce.number()],
    ["valibot", toStandardJsonSchema(v.string())],
    ["arktype", type("string")],
  ])("is required: %s", (_, schema) => {
    expect(input.path(schema).in).toBe("path");
  });

  it.each([
    ["zod default", z.string().default("en")],
    ["zod optional", z.string().optional()],
    ["valibot", toStandardJsonSchema(v.optional(v.string()))],
    ["arktype", type("string | undefined")],
  ])("is optional when its schema takes undefined: %s", (_, schema) => {
    expect(input.path(schema).in).toBe("path?");
  });

  it("is required when its schema cannot tell at once", () => {
    const slow = z
      .string()
      .optional()
      .refine(async () => true);
    expect(input.path(slow).in).toBe("path");
  });

  it("is required when its schema throws", () => {
    const broken = z
      .string()
      .optional()
      .refine(() => {
        throw new Error("broken");
      });
    expect(input.path(broken).in).toBe("path");
  });

  it("keeps its name and description", () => {
    expect(input.path(z.string(), { name: "sku" })).toMatchObject({ in: "path", options: { name: "sku" } });
  });
});
