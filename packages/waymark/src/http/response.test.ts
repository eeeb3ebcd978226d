import { describe, expect, test } from "vitest";
import { BareExchange } from "./bare-exchange.fixture.ts";
import { ResponseHead } from "./response.ts";

const make = (scheme: "http" | "https" = "http"): { exchange: BareExchange; head: ResponseHead } => {
  const exchange = new BareExchange({ scheme });
  return { exchange, head: new ResponseHead(exchange) };
};

describe("ResponseHead", () => {
  test("sets the status, and refuses what is none", () => {
    const { exchange, head } = make();
    expect(head.status).toBe(0);
    head.status = 201;
    expect(exchange.status).toBe(201);
    for (const status of [0, 100, 199, 600, 200.5, Number.NaN])
      expect(() => (head.status = status)).toThrow(RangeError);
  });

  test("sets, adds, reads and deletes fields, in any case", () => {
    const { exchange, head } = make();
    head.headers.set("X-One", "1");
    head.headers.append("x-one", "2");
    head.headers.set("content-type", "text/csv");
    expect([
      head.headers.get("X-ONE"),
      head.headers.has("x-two"),
      head.headers.get("x-two"),
      exchange.contentType,
    ]).toEqual(["1, 2", false, null, "text/csv"]);
    head.headers.set("x-one", "3");
    expect(head.headers.get("x-one")).toBe("3");
    head.headers.delete("X-One");
    expect([head.headers.has("x-one"), exchange.fields]).toEqual([false, []]);
  });

  test("no line break gets into a field", () => {
    const { head } = make();
    for (const value of ["a\r\nb: c", "a\nb", "a\0", "é€"])
      expect(() => head.headers.set("x", value)).toThrow(TypeError);
    for (const name of ["a b", "a:", "", "é", "a\r\n"])
      expect(() => head.headers.set(name, "1")).toThrow(TypeError);
  });

  test("cookies are Secure over https; the same cookie set again replaces the first", () => {
    const { exchange, head } = make("https");
    head.cookies.set("a", "1");
    head.cookies.set("a", "2", { path: "/app" });
    head.cookies.set("ab", "3");
    head.cookies.set("a", "4");
    expect(exchange.fields?.filter((_, i) => i % 2 === 1)).toEqual([
      "a=2; Path=/app; Secure; HttpOnly; SameSite=Lax",
      "ab=3; Path=/; Secure; HttpOnly; SameSite=Lax",
      "a=4; Path=/; Secure; HttpOnly; SameSite=Lax",
    ]);
  });

  test("deleting a cookie makes the browser forget it", () => {
    const { exchange, head } = make();
    head.cookies.set("a", "1", { domain: "example.com" });
    head.cookies.delete("a", { domain: "example.com" });
    expect(exchange.fields).toEqual([
      "set-cookie",
      "a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=example.com; Path=/; HttpOnly; SameSite=Lax",
    ]);
  });

  test("tasks are kept in order for the plan", () => {
    const { head } = make();
    expect(head["~tasks"]).toBeUndefined();
    const tasks = [() => 1, () => 2];
    for (const task of tasks) head.after(task);
    expect(head["~tasks"]).toEqual(tasks);
  });
});
