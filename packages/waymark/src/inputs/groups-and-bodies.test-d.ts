import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { App, body, constant, endpoint, query } from "../index.ts";
import type { Input, ValueOf } from "./input.ts";

const Page = z.object({ limit: z.int().default(10), cursor: z.string().optional() });

describe("a group", () => {
  it("gives what its schema gives", () => {
    const page = query.all(Page);
    expectTypeOf<ValueOf<typeof page>>().toEqualTypeOf<{ limit: number; cursor?: string | undefined }>();
  });

  it("names properties of its schema, and no others", () => {
    query.all(Page, { names: { limit: "per_page" } });
    // @ts-expect-error 'limt' does not exist
    query.all(Page, { names: { limt: "per_page" } });
    const Either = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]);
    query.all(Either, { names: { a: "x", b: "y" } });
  });

  it("is bound to a source of its type, and not to a name", () => {
    const search = endpoint({ input: { page: query.all(Page) } }, ({ page }) => page.limit);
    const app = new App();
    app.get("/a", search, { bind: { page: constant({ limit: 1 }) } });
    app.get("/b", search, { bind: { page: query.all(Page, { names: { limit: "n" } }) } });
    // @ts-expect-error 'page' has no name on the wire: bind a source to it
    app.get("/c", search, { bind: { page: "paging" } });
    // @ts-expect-error 'page' is another type, what is bound to it gives another type
    app.get("/d", search, { bind: { page: query.all(z.object({ limit: z.string() })) } });
  });
});

describe("a body", () => {
  it("is what its schema gives, or text, bytes or a stream", () => {
    expectTypeOf(body(Page)).toEqualTypeOf<
      Input<"body", z.output<typeof Page>, never, z.input<typeof Page>>
    >();
    expectTypeOf(body.text()).toEqualTypeOf<Input<"raw", string, never>>();
    expectTypeOf<ValueOf<ReturnType<typeof body.bytes>>>().toEqualTypeOf<Uint8Array>();
    expectTypeOf<ValueOf<ReturnType<typeof body.stream>>>().toEqualTypeOf<AsyncIterable<Uint8Array>>();
  });

  it("gives its parser the body, whatever the other options are", () => {
    body(Page, { mediaType: "a/b", parse: ({ text }) => text });
    body(Page, { mediaTypes: { "a/b": async ({ bytes }) => bytes.length, "c/d": true }, decompress: true });
    // @ts-expect-error a parser takes the body and nothing else
    body(Page, { mediaType: "a/b", parse: (one: string, other: string) => one + other });
  });

  it("is renamed where it is embedded, and not where it is the whole", () => {
    const whole = endpoint({ input: { page: body(Page) } }, ({ page }) => page.limit);
    const embedded = endpoint({ input: { page: body(Page, { embed: true }) } }, ({ page }) => page.limit);
    const app = new App();
    app.post("/a", embedded, { bind: { page: "paging" } });
    // @ts-expect-error 'page' is the whole body, which has no name on the wire: bind a source to it
    app.post("/b", whole, { bind: { page: "paging" } });
  });
});
