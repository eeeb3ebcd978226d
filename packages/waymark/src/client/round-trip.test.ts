// What a client is given is what the function gets: every place, every style, whatever the values.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { body, cookie, form, header, path, query } from "../inputs/index.ts";
import { createClient } from "./index.ts";

const Filter = z.object({
  low: z.number().optional(),
  tags: z.array(z.string()).optional(),
  in: z.object({ a: z.boolean() }).optional(),
});
const Point = z.object({ x: z.int(), name: z.string().optional() });
const Flat = z.object({ from: z.int().optional(), only: z.array(z.string()).optional() });

let seen: unknown;
const app = new App();
const api = {
  read: app.route(
    endpoint(
      {
        input: {
          id: path(z.string()),
          part: path(z.int()),
          list: path(z.array(z.string())),
          point: path(Point, { style: "simple" }),
          text: query(z.string().optional(), { name: "a b&=+é" }),
          n: query(z.number().optional()),
          big: query(z.boolean().optional()),
          day: query(z.coerce.date().optional()),
          many: query(z.array(z.string()).optional()),
          few: query(z.array(z.int()).optional(), { explode: false }),
          piped: query(z.array(z.string()).optional(), { style: "pipeDelimited" }),
          spaced: query(z.array(z.string()).optional(), { style: "spaceDelimited" }),
          filter: query(Filter.optional(), { style: "deepObject" }),
          flat: query(Flat.optional(), { style: "form" }),
          pairs: query(Point.optional(), { style: "form", explode: false }),
          requestId: header(z.string().optional()),
          sizes: header(z.array(z.int()).optional()),
          exploded: header(Point.optional(), { style: "simple", explode: true }),
          theme: cookie(z.string().optional()),
          picks: cookie(z.array(z.int()).optional(), { explode: false }),
          group: query.all(z.object({ sortBy: z.enum(["a", "b"]).optional(), page: z.int().optional() }), {
            names: { sortBy: "sort" },
          }),
          fields: header.all(z.object({ xCount: z.int().optional(), traceParent: z.string().optional() }), {
            names: { traceParent: "traceparent" },
          }),
        },
      },
      (values) => void (seen = values),
    ),
    { "GET /read/{id}/v{part}-{list}/{point}": {} },
  ),
  form: app.route(
    endpoint(
      {
        input: {
          title: form(z.string()),
          count: form(z.int().optional()),
          tags: form(z.array(z.string()).optional()),
          model: form(Point),
          deep: form(Filter.optional(), { style: "deepObject" }),
          rest: form.all(z.object({ a: z.string().min(1).optional(), b: z.boolean().optional() })),
        },
      },
      (values) => void (seen = values),
    ),
    { "POST /form": {} },
  ),
  body: app.route(
    endpoint({ input: { whole: body(z.json()) } }, (values) => void (seen = values)),
    { "POST /body": {} },
  ),
  rest: app.route(
    endpoint({ input: { rest: path(z.string()) } }, (values) => void (seen = values)),
    {
      "GET /files/{rest:path}": {},
    },
  ),
};
const client = createClient(api, { app });

const text = fc.string({ unit: "grapheme", maxLength: 8 });
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
/** In a segment, where "." and ".." are no names. */
const segment = text.filter((each) => each !== "" && !/^\.+$/.test(each));
const without = (separator: string): fc.Arbitrary<string> =>
  segment.filter((each) => !each.includes(separator));
const listOf = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { minLength: 1, maxLength: 3 });
const int = fc.maxSafeInteger();
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => (each === 0 ? 0 : each));
/** What a field carries: visible, and not framed by blanks (RFC 9110 §5.5). */
const field = fc.stringMatching(/^[!-~]([ -~]{0,6}[!-~])?$/);
const token = fc.stringMatching(/^[a-z]{1,6}$/);
const filter = fc.record(
  { low: number, tags: listOf(text), in: fc.record({ a: fc.boolean() }) },
  { requiredKeys: ["low"] },
);
const point = fc.record(
  { x: int, name: without(",").filter((each) => !each.includes("=")) },
  { requiredKeys: ["x"] },
);

/** An undefined argument is one that is not given. */
const given = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(given)
    : value instanceof Date || typeof value !== "object" || value === null
      ? value
      : Object.fromEntries(
          Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, given(each)]])),
        );

describe("a function gets what its client was given", () => {
  it("in path, query, header fields and cookies", async () => {
    const values = fc.record({
      id: segment,
      part: int.filter((n) => n >= 0),
      list: listOf(without(",")),
      point,
      text: some(text),
      n: some(number),
      big: some(fc.boolean()),
      day: some(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01") })),
      many: some(listOf(text)),
      few: some(listOf(int)),
      piped: some(listOf(without("|"))),
      spaced: some(listOf(without(" "))),
      filter: some(filter),
      flat: some(fc.record({ from: int, only: listOf(text) })),
      pairs: some(point),
      requestId: some(field),
      sizes: some(listOf(int)),
      exploded: some(fc.record({ x: int, name: token })),
      theme: some(text.filter((each) => each !== "")),
      picks: some(listOf(int)),
      group: fc.record(
        { sortBy: fc.constantFrom("a" as const, "b" as const), page: int },
        { requiredKeys: [] },
      ),
      fields: fc.record({ xCount: int, traceParent: field }, { requiredKeys: [] }),
    });
    await fc.assert(
      fc.asyncProperty(values, async (sent) => {
        await client.read(sent);
        expect(given(seen)).toEqual(given(sent));
      }),
      { numRuns: 150 },
    );
  });

  it("in forms", async () => {
    const values = fc.record({
      title: text,
      count: some(int),
      tags: some(listOf(segment)), // one empty text is what browsers send for an optional field that was left empty
      model: fc.record({ x: int, name: text }, { requiredKeys: ["x"] }),
      deep: some(filter),
      rest: fc.record({ a: segment, b: fc.boolean() }, { requiredKeys: [] }),
    });
    await fc.assert(
      fc.asyncProperty(values, async (sent) => {
        await client.form(sent);
        expect(given(seen)).toEqual(given(sent));
      }),
      { numRuns: 100 },
    );
  });

  it("in bodies and in the rest of a path", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), listOf(segment), async (whole, parts) => {
        await client.body({ whole: whole as never });
        expect(seen).toEqual({ whole: JSON.parse(JSON.stringify(whole)) as unknown });
        const rest = parts.map((each) => each.replaceAll("/", "%2F")).join("/");
        await client.rest({ rest });
        expect(seen).toEqual({ rest });
      }),
      { numRuns: 100 },
    );
  });

  it("or it is told that there is no form for it", async () => {
    const sent = { id: "1", part: 1, list: ["a"], point: { x: 1 }, group: {}, fields: {} };
    await expect(client.read({ ...sent, list: ["a,b"] })).rejects.toThrow(
      `'list' holds ",", which separates its values`,
    );
    await expect(client.read({ ...sent, piped: ["a|b"] })).rejects.toThrow(`'piped' holds "|"`);
    await expect(client.read({ ...sent, many: [null as never] })).rejects.toThrow("'many' is null");
  });
});
