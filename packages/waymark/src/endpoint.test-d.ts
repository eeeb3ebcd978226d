import { type } from "arktype";
import * as v from "valibot";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { dependency } from "./dependency.ts";
import { endpoint, type AnyEndpoint, type Endpoint } from "./endpoint.ts";
import { HttpError } from "./http/http-error.ts";
import { reply } from "./http/reply.ts";
import { body } from "./inputs/body.ts";
import { path } from "./inputs/path.ts";
import { query } from "./inputs/query.ts";
import { bearer } from "./security/bearer.ts";

const Product = z.object({ name: z.string(), kind: z.literal(["book", "toy"]) });
const tenant = dependency({ input: { tenantId: path(z.string()) } }, ({ tenantId }) => ({ id: tenantId }));

describe("the function of an endpoint", () => {
  it("has its argument inferred from the inputs", () => {
    endpoint(
      {
        input: {
          itemId: path(z.string()),
          limit: query(z.int().default(10)),
          token: bearer(),
          owner: tenant,
        },
      },
      (values) => {
        expectTypeOf(values).toEqualTypeOf<{
          itemId: string;
          limit: number;
          token: string;
          owner: { id: string };
        }>();
      },
    );
    endpoint({}, (values) => expectTypeOf(values).toEqualTypeOf<{}>());
  });

  it("infers the same from any library", () => {
    endpoint({ input: { a: body(v.object({ n: v.number() })), b: query(type("string[]")) } }, ({ a, b }) => {
      expectTypeOf(a).toEqualTypeOf<{ n: number }>();
      expectTypeOf(b).toEqualTypeOf<string[]>();
    });
  });

  it("gets the literal types of output as context, and may have keys that are filtered out", () => {
    endpoint({ output: Product }, () => ({ name: "Dune", kind: "book", margin: 0.4 }));
    endpoint({ output: Product }, async () => ({ name: "Dune", kind: "book", margin: 0.4 }));
    endpoint({ output: v.object({ kind: v.literal("book") }) }, async () => ({ kind: "book" }));
    endpoint({ output: type({ kind: "'book'" }) }, async () => ({ kind: "book" }));
    // @ts-expect-error '"game"' is not assignable
    endpoint({ output: Product }, () => ({ name: "Dune", kind: "game" }));
    // @ts-expect-error Property 'kind' is missing
    endpoint({ output: Product }, async () => ({ name: "Dune" }));
  });

  it("returns what output takes, not what it gives", () => {
    const Dated = z.object({
      at: z.codec(z.string(), z.date(), { decode: (s) => new Date(s), encode: String }),
    });
    endpoint({ output: Dated }, () => ({ at: "2026-06-01" }));
    // @ts-expect-error Type 'Date' is not assignable to type 'string'
    endpoint({ output: Dated }, () => ({ at: new Date() }));
  });

  it("may answer by hand, throw, or answer nothing", () => {
    endpoint({ output: Product }, () => new Response("x"));
    endpoint({ output: Product }, () => reply.text("x"));
    endpoint({ output: Product }, async () => reply(201, { name: "Dune", kind: "book" }));
    endpoint({ output: Product }, () => undefined);
    const found = new Map<string, z.input<typeof Product>>();
    endpoint({ output: Product }, () => found.get("x") ?? HttpError.throw(404));
  });
});

describe("an endpoint", () => {
  const readItem = endpoint(
    { input: { itemId: path(z.string()), limit: query(z.int().default(10)), owner: tenant } },
    async ({ itemId, limit }) => ({ itemId, limit }),
  );

  it("is still a function", async () => {
    const result = await readItem({ itemId: "1", limit: 10, owner: { id: "a" } });
    expectTypeOf(result).toEqualTypeOf<{ itemId: string; limit: number }>();
    // @ts-expect-error Property 'limit' is missing
    await readItem({ itemId: "1", owner: { id: "a" } });
  });

  it("carries the names that it and its dependencies read", () => {
    expectTypeOf(readItem["~names"]!).toEqualTypeOf<readonly ("itemId" | "tenantId")[]>();
    const guarded = endpoint({ dependencies: [tenant] }, () => 1);
    expectTypeOf(guarded["~names"]!).toEqualTypeOf<readonly never[]>();
    expectTypeOf(guarded["~guards"]!).toEqualTypeOf<readonly "tenantId"[]>();
  });

  it("fits where any endpoint is wanted", () => {
    expectTypeOf(readItem).toExtend<AnyEndpoint>();
    expectTypeOf<Endpoint<{}, string>>().toExtend<AnyEndpoint>();
  });

  it("declares errors as text or with a schema", () => {
    endpoint({ errors: { 404: "No such product", 409: { description: "Taken", schema: Product } } }, () => 1);
    // @ts-expect-error 'text' does not exist
    endpoint({ errors: { 404: { text: "No such product" } } }, () => 1);
  });
});
