import { type } from "arktype";
import * as v from "valibot";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply, type Reply } from "../http/reply.ts";
import { event } from "../http/sse.ts";
import { query } from "../inputs/query.ts";
import { lastEventId } from "../inputs/last-event-id.ts";
import { Router } from "../routing/router.ts";
import { content } from "./content.ts";
import { empty } from "./empty.ts";
import { events } from "./events.ts";
import { jsonLines } from "./json-lines.ts";

const Product = z.object({ name: z.string(), kind: z.literal(["book", "toy"]) });
const Job = z.object({ id: z.string(), state: z.enum(["queued", "done"]).default("queued") });
const output = { 200: Product, 202: Job, 204: empty, 303: empty };
const input = { n: query(z.int()) };
const app = new Router();

// What is wrong, and what is then said, is in type-tests/outputs.ts; here is what is right.
describe("a record of outputs", () => {
  it("takes each value with its status, and literal types from it", () => {
    endpoint({ input, output }, async ({ n }) => {
      if (n === 1) return reply(202, { id: "1", state: "queued", extra: 1 });
      if (n === 2) return reply(202, { id: "1" }, { location: "/jobs/1" });
      if (n === 3) return reply(204);
      if (n === 4) return reply.redirect("/x", 303);
      if (n === 5) return reply(409, { why: "anything" });
      if (n === 6) return undefined;
      if (n === 7) return reply(200, { name: "Dune", kind: "toy" });
      if (n === 8) return new Response("x");
      if (n === 9) return HttpError.throw(404);
      if (n === 10) return reply.text("x");
      return { name: "Dune", kind: "book", extra: 2 };
    });
    endpoint({ output }, () => reply(202, { id: "1", state: "done" }));
    endpoint({ output: { 201: Product, 202: Job } }, () => ({ name: "Dune", kind: "book" }));
    endpoint({ output: { 303: empty } }, () => reply.redirect("/x", 303));
    endpoint({ output: { 200: { description: "It", schema: Product } } }, () => ({ name: "a", kind: "toy" }));
  });

  it("may hold schemas of any library, and contents", () => {
    const mixed = {
      200: v.object({ a: v.literal("x") }),
      202: type({ b: "'y'" }),
      206: content("image/png"),
    };
    endpoint({ output: mixed }, () => ({ a: "x" }));
    endpoint({ output: mixed }, () => reply(202, { b: "y" }));
    endpoint({ output: mixed }, () => reply(206, new Uint8Array()));
  });

  it("is what a caller by hand gets", () => {
    const made = endpoint({ output: { 200: Product, 202: Job } }, () => ({ name: "a", kind: "toy" }));
    type Result = Awaited<ReturnType<typeof made>>;
    expectTypeOf<Exclude<Result, Reply<any, any, any>>>().toEqualTypeOf<z.input<typeof Product>>();
    const only = endpoint({ output: Product }, () => ({ name: "a", kind: "toy" }));
    expectTypeOf<Awaited<ReturnType<typeof only>>>().toEqualTypeOf<z.input<typeof Product>>();
  });

  it("shows a route's map the main one", () => {
    const start = endpoint({ output: { 200: Product, 202: Job } }, () => ({ name: "a", kind: "toy" }));
    app.get("/a", start, {
      output: { 200: z.object({ title: z.string() }), 202: Job },
      map: (result) => {
        expectTypeOf(result).toEqualTypeOf<{ name: string; kind: "book" | "toy" }>();
        return { title: result.name };
      },
    });
    app.get("/b", start, { output: z.object({ name: z.string() }) });
    app.get("/c", start, { output: { 200: z.object({ name: z.string() }), 202: Job } });
    app.route(start, {
      "GET /d": { output: { 200: Product, 202: Job }, map: async () => reply(202, { id: "1" }) },
    });
  });
});

describe("contents and streams", () => {
  it("take what they are made of", () => {
    endpoint({ output: content("text/html") }, () => "<p>");
    endpoint({ output: content("text/csv") }, async function* () {
      yield "a,b\n";
    });
    endpoint({ output: content("image/svg+xml") }, () => "<svg/>");
    endpoint({ output: content("image/png") }, async () => new Uint8Array());
    endpoint({ output: content("image/png") }, () => new Response("").body!);
    endpoint({ output: content("application/x-own" as string) }, () => "text");
    endpoint({ output: content.file("application/pdf") }, () => reply.file("/a.pdf"));
    endpoint({ output: empty }, () => undefined);
  });

  it("take items with their literal types, from generators and iterables", () => {
    endpoint({ output: jsonLines(Job) }, async function* () {
      yield { id: "1", state: "queued" };
      yield { id: "2" };
    });
    endpoint({ output: events(Job), input: { since: lastEventId() } }, async function* ({ since }) {
      expectTypeOf(since).toEqualTypeOf<string | undefined>();
      yield { id: "1", state: "queued" };
      yield event({ data: { id: "1", state: "done" }, id: "2" });
      yield event({ comment: "still here" });
    });
    const items = async function* (): AsyncGenerator<{ id: string }> {
      yield { id: "1" };
    };
    endpoint({ output: jsonLines(Job) }, async () => items());
    endpoint({ output: { 200: jsonLines(Job), 204: empty } }, () =>
      Math.random() > 0.5 ? items() : undefined,
    );
    endpoint({ output: jsonLines(Job) }, () => reply.jsonLines(items()));
  });

  it("are of successes and redirects: an error belongs under errors", () => {
    endpoint({ output: { 200: Job, 308: empty } }, () => ({ id: "1" }));
    // @ts-expect-error -- 404 is the status of an error: declare it under errors
    endpoint({ output: { 200: Job, 404: Job } }, () => ({ id: "1" }));
    // @ts-expect-error -- 503 is the status of an error: declare it under errors
    endpoint({ output: { 200: Job, 503: { description: "Later", schema: Job } } }, () => ({ id: "1" }));
    // @ts-expect-error -- 422 is the status of an error: declare it under errors
    new App().get("/", () => ({ id: "1" }), { output: { 200: Job, 422: Job } });
    const listOf = <T extends typeof Job>(item: T): unknown =>
      endpoint({ output: item }, () => ({ id: "1" }) as never);
    listOf(Job);
  });
});
