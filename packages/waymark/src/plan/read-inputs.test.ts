import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { body, cookie, header, path, query } from "../inputs/index.ts";
import type { Schema } from "../inputs/input.ts";
import { jsonOf, TestExchange } from "./exchange.fixture.ts";
import { bench, dep } from "./route.fixture.ts";

describe("validation", () => {
  it("tells every issue at once: path, query, header, cookie, body, then as declared", async () => {
    const inner = dep("inner", () => 1, { input: { x: query(z.int()), y: header(z.int()) } });
    const { request, logger } = bench(() => 1, {
      path: "/{p}",
      input: {
        b: body(z.object({ n: z.number(), s: z.string() })),
        c: cookie(z.int()),
        inner,
        h: header(z.int()),
        q: query(z.int()),
        p: path(z.int()),
      },
    });
    const exchange = await request(
      { body: '{"n":"1"}', search: "q=1.5&x=05", headers: { h: "x", y: "+5", cookie: "c=a" } },
      [""],
    );
    const { errors, ...problem } = jsonOf(exchange);
    expect(problem).toMatchObject({ status: 422 });
    expect(exchange.sent!.headers["content-type"]).toBe("application/problem+json");
    expect(errors.map((issue: any) => [issue.in, issue.name, issue.path.join(".")])).toEqual([
      ["path", "p", ""],
      ["query", "x", ""],
      ["query", "q", ""],
      ["header", "y", ""],
      ["header", "h", ""],
      ["cookie", "c", ""],
      ["body", "", "n"],
      ["body", "", "s"],
    ]);
    expect(Object.keys(errors[0])).toEqual(["in", "name", "path", "message", "code"]);
    expect(logger.lines).toEqual([]);
  });

  it("does not ask the library about what cannot be read", async () => {
    const asked = vi.fn(() => true);
    const { request } = bench(({ n }) => n as number, { input: { n: query(z.number().refine(asked)) } });
    expect((await request({ search: "n=0x1" })).sent!.status).toBe(422);
    expect(asked).not.toHaveBeenCalled();
    expect(jsonOf(await request({ search: "n=1" }))).toBe(1);
  });

  it("refuses a repeated key for each input that wants one value", async () => {
    const { request } = bench(() => 1, { input: { a: query(z.int()), b: query(z.int()) } });
    const { errors } = jsonOf(await request({ search: "a=1&a=2&b=1&b=2" }));
    expect(errors.map(({ name, code }: any) => [name, code])).toEqual([
      ["a", "repeated"],
      ["b", "repeated"],
    ]);
  });

  it("asks each schema once, the failing ones too", async () => {
    const asked = vi.fn(() => false);
    const { request } = bench(() => 1, {
      input: { a: query(z.string().refine(asked)), b: query(z.string().refine(asked)) },
    });
    expect(jsonOf(await request({ search: "a=1&b=2" })).errors).toHaveLength(2);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it("tells of a hundred mistakes, and that there are more", async () => {
    const { request } = bench(() => 1, {
      input: { list: query(z.array(z.int().max(0))), other: query(z.int()) },
    });
    const wrong = (count: number): string => "list=1&".repeat(count);
    const few = jsonOf(await request({ search: `${wrong(99)}other=x` }));
    expect([few.errors.length, few.detail]).toEqual([
      100,
      "The request does not fit what this operation takes.",
    ]);
    const many = jsonOf(await request({ search: `${wrong(900)}other=x` }));
    expect([many.errors.length, many.detail]).toEqual([100, expect.stringContaining("there are more")]);
    expect(jsonOf(await request({ search: "list=x&".repeat(900) })).errors).toHaveLength(100);
  });

  it("never sends back what was sent", async () => {
    const { request } = bench(() => 1, { input: { n: query(z.int()), e: query(z.enum(["a"])) } });
    const exchange = await request({ search: "n=s3cret&e=s3cret" });
    expect(exchange.sent!.status).toBe(422);
    expect(exchange.sent!.text).not.toContain("s3cret");
  });
});

/** A schema of texts, judged as `judge` does. */
function text(judge: (value: unknown) => any): Schema {
  const converter = () => ({ type: "string" });
  const standard = {
    version: 1,
    vendor: "test",
    validate: judge,
    jsonSchema: { input: converter, output: converter },
  };
  return { "~standard": standard } as unknown as Schema;
}
const later = (verdict: object) => text(async () => verdict);

describe("asynchronous schemas", () => {
  it("are awaited, all at once, and only by the routes that have them", async () => {
    const order: string[] = [];
    const slow = (name: string) =>
      text(async (value) => {
        order.push(name);
        await new Promise((resolve) => setTimeout(resolve, 1));
        order.push(`${name} done`);
        return { value };
      });
    const { plan } = bench((values) => values as unknown, {
      input: { a: query(slow("a")), b: query(z.int()), c: query(slow("c")) },
    });
    const exchange = new TestExchange({ search: "a=x&b=1&c=y" });
    const done = plan(exchange, []);
    expect(done).toBeInstanceOf(Promise);
    await done;
    expect(jsonOf(exchange)).toEqual({ a: "x", b: 1, c: "y" });
    expect(order).toEqual(["a", "c", "a done", "c done"]);
  });

  it("tell their issues with those of the others, in order", async () => {
    const refuses = later({ issues: [{ message: "is taken" }] });
    const { request } = bench(() => 1, {
      input: { z: header(z.int()), a: query(refuses), b: query(z.int()), c: query(later({ value: 1 })) },
    });
    const { errors } = jsonOf(await request({ search: "a=x&b=y&c=z", headers: { z: "z" } }));
    expect(errors.map((issue: any) => issue.name)).toEqual(["a", "b", "z"]);
    expect(errors[0].message).toBe("is taken");
  });

  it("leave no rejection behind when another schema is broken", async () => {
    const rejects = text(() => Promise.reject(new Error("late")));
    const throws = text(() => {
      throw new Error("broken");
    });
    const { request, logger } = bench(() => 1, { input: { a: query(rejects), b: query(throws) } });
    expect((await request({ search: "a=1&b=2" })).sent!.status).toBe(500);
    expect(logger.lines.map(({ details }) => String(details))).toEqual(["Error: broken"]);
  });
});
