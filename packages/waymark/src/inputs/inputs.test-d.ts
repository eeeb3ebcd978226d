import { type } from "arktype";
import * as v from "valibot";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { IncomingRequest } from "../http/request.ts";
import type { ResponseHead } from "../http/response.ts";
import * as input from "./index.ts";
import type { Input, ValueOf } from "./input.ts";

type Value<X> = ValueOf<X>;

describe("the value of an input", () => {
  it("is what the schema gives, whichever library it is of", () => {
    const ofZod = input.query(z.object({ n: z.coerce.number() }));
    const ofValibot = input.query(v.object({ n: v.pipe(v.string(), v.transform(Number)) }));
    const ofArkType = input.query(type({ n: "string.integer.parse" }));
    expectTypeOf<Value<typeof ofZod>>().toEqualTypeOf<{ n: number }>();
    expectTypeOf<Value<typeof ofValibot>>().toEqualTypeOf<{ n: number }>();
    expectTypeOf<Value<typeof ofArkType>>().toEqualTypeOf<{ n: number }>();
  });

  it("has its default, or may be undefined", () => {
    const limit = input.query(z.int().default(10));
    const cursor = input.header(z.string().optional());
    expectTypeOf<Value<typeof limit>>().toEqualTypeOf<number>();
    expectTypeOf<Value<typeof cursor>>().toEqualTypeOf<string | undefined>();
  });

  it("is request and response", () => {
    expectTypeOf(input.request()).toEqualTypeOf<Input<"request", IncomingRequest, never>>();
    expectTypeOf(input.response()).toEqualTypeOf<Input<"response", ResponseHead, never>>();
  });

  it("is exactly the constant, and what is given", () => {
    expectTypeOf(input.constant(1)).toEqualTypeOf<Input<"constant", 1, never>>();
    expectTypeOf(input.given<1 | 2>()).toEqualTypeOf<Input<"given", 1 | 2, never>>();
  });
});

describe("a path input", () => {
  it("is required unless its schema takes undefined", () => {
    expectTypeOf(input.path(z.string())).toEqualTypeOf<Input<"path", string, never, string>>();
    expectTypeOf(input.path(z.coerce.number())).toEqualTypeOf<Input<"path", number, never>>();
    expectTypeOf(input.path(z.string().default("en"))).toEqualTypeOf<
      Input<"path?", string, never, string | undefined>
    >();
    expectTypeOf(input.path(v.optional(v.string()))).toEqualTypeOf<
      Input<"path?", string | undefined, never, string | undefined>
    >();
    expectTypeOf(input.path(type("number"))).toEqualTypeOf<Input<"path", number, never, number>>();
  });

  it("carries the name it gives itself", () => {
    expectTypeOf(input.path(z.string(), { name: "sku", description: "Stock number" })).toEqualTypeOf<
      Input<"path", string, "sku", string>
    >();
    expectTypeOf(input.path(z.string(), { description: "Stock number" })).toEqualTypeOf<
      Input<"path", string, never, string>
    >();
  });
});

describe("a marker's options", () => {
  it("are checked", () => {
    // @ts-expect-error 'descripton' does not exist in type 'InputOptions'
    input.query(z.string(), { descripton: "x" });
    // @ts-expect-error '"matrix"' is not assignable
    input.query(z.string(), { style: "matrix" });
    // @ts-expect-error 'explode' does not exist in type 'BodyOptions'
    input.body(z.string(), { explode: true });
    // @ts-expect-error a plain object is no schema
    input.query({ type: "string" });
  });
});
