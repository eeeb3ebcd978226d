import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { query, response } from "../inputs/index.ts";
import { TestLogger } from "../plan/route.fixture.ts";
import type { StartUpError } from "../start-up-error.ts";
import { content } from "./content.ts";
import { empty } from "./empty.ts";
import { jsonLines } from "./json-lines.ts";

const Product = z.object({ name: z.string() });
const Job = z.object({ id: z.int(), state: z.enum(["queued", "done"]).default("queued") });

/** An application with one route, and what it logs. */
function appOf(declare: (app: App) => void): { app: App; logger: TestLogger } {
  const logger = new TestLogger();
  const app = new App({ logger, openapi: false });
  declare(app);
  return { app, logger };
}
const codes = (declare: (app: App) => void): string[] => {
  try {
    appOf(declare).app.routes();
    return [];
  } catch (error) {
    return (error as StartUpError).mistakes.map(({ code, message }) => `${code} ${message}`);
  }
};

describe("an output for each status", () => {
  const secret = { secret: 1 };
  const answers: Record<string, () => unknown> = {
    plain: () => ({ name: "a", ...secret }),
    main: () => reply(200, { name: "a", ...secret }, { "x-own": "1" }),
    other: () => reply(202, { id: 1, ...secret }),
    later: async () => reply(202, { id: 1, state: "done", ...secret }),
    nothing: () => undefined,
    none: () => reply(204),
    elsewhere: () => reply.redirect("/x", 303),
    text: () => reply.text("hi"),
    web: () => new Response("web", { status: 201 }),
    error: () => reply(409, { why: "x", ...secret }),
    thrown: () => HttpError.throw(404),
    // what the compiler refuses
    undeclared: () => reply(201, { name: "a" }),
    mixed: () => reply(202, { name: "a" }),
    wrong: () => ({ id: 1 }),
    full: () => reply(204, { name: "a" }),
  };
  const { app, logger } = appOf((made) => {
    made.get(
      "/",
      endpoint(
        {
          input: { how: query(z.string()) },
          output: {
            200: Product,
            202: { description: "It is on its way", schema: Job },
            204: empty,
            303: empty,
          },
        },
        ({ how }) => answers[how]!() as undefined,
      ),
    );
  });
  const ask = async (how: string): Promise<[number, string]> => {
    const answer = await app.request("/", { query: { how } });
    return [answer.status, await answer.text()];
  };

  it.each<[how: string, status: number, text: string]>([
    ["plain", 200, '{"name":"a"}'],
    ["main", 200, '{"name":"a"}'],
    ["other", 202, '{"id":1,"state":"queued"}'],
    ["later", 202, '{"id":1,"state":"done"}'],
    ["nothing", 204, ""],
    ["none", 204, ""],
    ["elsewhere", 303, ""],
    ["text", 200, "hi"],
    ["web", 201, "web"],
    ["error", 409, '{"why":"x","secret":1}'],
  ])("%s: what the function gives is that of its status", async (how, status, text) => {
    expect(await ask(how)).toEqual([status, text]);
  });

  it("leaves the fields of a reply in place", async () => {
    const { headers } = await app.request("/", { query: { how: "main" } });
    expect([headers.get("x-own"), headers.get("content-type")]).toEqual(["1", "application/json"]);
    expect((await app.request("/", { query: { how: "thrown" } })).status).toBe(404);
  });

  it.each([
    ["undeclared", "the status 201, which output does not declare: it has 200, 202, 204, 303"],
    ["mixed", "the result is not what output says: id: "],
    ["wrong", "the result is not what output says: name: "],
    ["full", "output says that it is empty"],
  ])("%s: anything else is a logged 500, and leaves nothing out", async (how, told) => {
    logger.lines.length = 0;
    const [status, text] = await ask(how);
    expect([status, JSON.parse(text)]).toEqual([
      500,
      { type: "about:blank", title: "Internal Server Error", status: 500 },
    ]);
    expect(String(logger.lines[0]!.details)).toContain(told);
  });

  it("goes by a status that was set on response()", async () => {
    const { app: other } = appOf((made) => {
      const setting = endpoint(
        { input: { status: query(z.int()), head: response() }, output: { 200: Product, 202: Job } },
        ({ status, head }) => {
          head.status = status;
          return { name: "a", id: 1 };
        },
      );
      made.get("/", setting);
    });
    const asked = async (status: number): Promise<[number, unknown]> => {
      const answer = await other.request("/", { query: { status } });
      return [answer.status, await answer.json()];
    };
    expect(await asked(202)).toEqual([202, { id: 1, state: "queued" }]);
    // Not a success: it is the result, told with an error's status.
    expect(await asked(418)).toEqual([418, { name: "a" }]);
    expect((await asked(201))[0]).toBe(500);
  });

  it("answers a function that only redirects, and says so of one that does not", async () => {
    const { app: other, logger: told } = appOf((made) => {
      made.get(
        "/good",
        endpoint({ output: { 303: empty } }, () => reply.redirect("/x", 303)),
      );
      made.get(
        "/bad",
        endpoint({ output: { 303: empty } }, () => undefined),
      );
    });
    expect((await other.request("/good")).headers.get("location")).toBe("/x");
    expect((await other.request("/bad")).status).toBe(500);
    expect(String(told.lines[0]!.details)).toContain("declares no 2xx: return reply(…) with one of 303");
  });

  it("may have contents among them", async () => {
    const { app: other } = appOf((made) =>
      made.get(
        "/",
        endpoint({ output: { 200: Product, 206: content("application/pdf") } }, () =>
          reply(206, Uint8Array.of(37, 80), { "content-range": "bytes 0-1/9" }),
        ),
      ),
    );
    const answer = await other.request("/");
    expect([answer.status, answer.headers.get("content-type"), answer.headers.get("content-range")]).toEqual([
      206,
      "application/pdf",
      "bytes 0-1/9",
    ]);
    expect(await answer.text()).toBe("%P");
  });

  it("filters what is trusted, and does not validate it", async () => {
    const { app: other } = appOf((made) =>
      made.get(
        "/",
        endpoint({ output: { 200: Product }, trusted: true }, () => ({ name: 1, ...secret }) as never),
      ),
    );
    expect(await (await other.request("/")).json()).toEqual({ name: 1 });
  });
});

describe("the output of a route", () => {
  const start = endpoint(
    { input: { how: query(z.enum(["main", "other"])) }, output: { 200: Product, 202: Job } },
    ({ how }) => (how === "main" ? { name: "a" } : reply(202, { id: 1 })),
  );
  const Old = z.object({ title: z.string() });
  const { app } = appOf((made) => {
    made.get("/record", start, {
      output: { 200: Old, 202: z.object({ id: z.int() }) },
      map: ({ name }) => ({ title: name }),
    });
    made.get("/single", start, { output: Old, map: ({ name }) => ({ title: name }) });
    made.get("/moved", start, {
      output: { 200: Old, 202: Job, 203: Old },
      map: async ({ name }) => reply(203, { title: name }),
    });
    const bare = (): unknown => reply(201, { name: "b" });
    made.get("/bare", bare, {
      output: { 201: Old },
      map: (result) => ({ title: (result as { name: string }).name }),
    });
  });
  const ask = async (path: string, how: string): Promise<[number, unknown]> => {
    const answer = await app.request(path, { query: { how } });
    return [answer.status, await answer.json()];
  };

  it("may be a record, and map makes the main one of it", async () => {
    expect(await ask("/record", "main")).toEqual([200, { title: "a" }]);
    expect(await ask("/record", "other")).toEqual([202, { id: 1 }]);
  });

  it("stands for the main one where it is single", async () => {
    expect(await ask("/single", "main")).toEqual([200, { title: "a" }]);
    expect(await ask("/single", "other")).toEqual([202, { id: 1, state: "queued" }]);
  });

  it("may be answered by map with a reply", async () => {
    expect(await ask("/moved", "main")).toEqual([203, { title: "a" }]);
    expect(await ask("/moved", "other")).toEqual([202, { id: 1, state: "queued" }]);
  });

  it("maps every success of a function that does not tell them apart", async () => {
    expect(await ask("/bare", "main")).toEqual([201, { title: "b" }]);
  });
});

describe("contents", () => {
  const sent = async (type: string, give: () => unknown): Promise<[number, string | null, string]> => {
    const { app } = appOf((made) =>
      made.get(
        "/",
        endpoint({ output: content(type) }, () => give() as string),
      ),
    );
    const answer = await app.request("/");
    return [answer.status, answer.headers.get("content-type"), await answer.text()];
  };

  it("are text, bytes, or pieces of either", async () => {
    expect(await sent("text/html", () => "<p>é")).toEqual([200, "text/html; charset=utf-8", "<p>é"]);
    expect(await sent("text/csv; charset=latin1", () => "a")).toEqual([200, "text/csv; charset=latin1", "a"]);
    expect(await sent("image/png", () => Uint8Array.of(97))).toEqual([200, "image/png", "a"]);
    const pieces = async function* (): AsyncGenerator<string | Uint8Array> {
      yield "a";
      yield Uint8Array.of(98);
    };
    expect(await sent("audio/ogg", pieces)).toEqual([200, "audio/ogg", "ab"]);
    expect(await sent("audio/ogg", () => new Response("ab").body)).toEqual([200, "audio/ogg", "ab"]);
  });

  it("give way to replies made by hand", async () => {
    expect(await sent("text/html", () => reply.text("a"))).toEqual([200, "text/plain; charset=utf-8", "a"]);
  });

  it.each([[{ a: 1 }], [5], [undefined], [null], [["a"]]])(
    "that are none of this are a 500: %j",
    async (value) => {
      expect((await sent("image/png", () => value))[0]).toBe(500);
    },
  );

  it("have a type that HTTP can carry", () => {
    for (const type of ["", "html", "text/html\r\nx: y", "text/", "a/b c", 5])
      expect(() => content(type as string)).toThrow(/content takes a media type|cannot carry/);
    expect(() => jsonLines(Product, { contentType: "a\n" })).toThrow(TypeError);
  });

  it("of a file have the declared type, unless the reply has its own", async () => {
    const file = import.meta.filename;
    const { app } = appOf((made) => {
      const read = endpoint(
        { input: { own: query(z.string().optional()) }, output: content.file("text/x-waymark") },
        ({ own }) => (own === undefined ? reply.file(file) : reply.file(file, { contentType: own })),
      );
      made.get("/", read);
      made.get(
        "/any",
        endpoint({ output: content.file("text/*") }, () => reply.file(file)),
      );
      made.get(
        "/wrong",
        endpoint({ output: content.file() }, () => "x" as never),
      );
    });
    const typeOf = async (path: string): Promise<string | null> => {
      const { headers } = await app.request(`HEAD ${path}`);
      return headers.get("content-type");
    };
    expect(await typeOf("/")).toBe("text/x-waymark");
    expect(await typeOf("/?own=a/b")).toBe("a/b");
    expect(await typeOf("/any")).not.toBe("text/*");
    expect((await app.request("/wrong")).status).toBe(500);
    const part = await app.request("/", { headers: { range: "bytes=0-5" } });
    expect([part.status, await part.text()]).toEqual([206, "import"]);
  });
});

describe("start-up", () => {
  const give = (): never => undefined as never;

  it.each<[what: string, contract: object, told: string]>([
    ["an error's status", { output: { 200: Product, 404: Product } }, "WM413 output declares '404'"],
    ["no status", { output: { name: z.string() } }, "WM413 output declares 'name'"],
    ["no schema", { output: { 200: 5 } }, "WM414 the output 200 is the number 5"],
    ["no description", { output: { 200: { schema: Product } } }, "WM414 the output 200 is an object"],
    ["nothing at all", { output: {} }, "WM414 an empty object stands where the output belongs"],
    ["status beside it", { output: { 200: Product }, status: 201 }, "WM412 the status 201 stands beside"],
    ["content where there is none", { output: { 204: Product } }, "WM405 a 204 reply has no content"],
    [
      "content of a status without",
      { output: content("a/b"), status: 204 },
      "WM405 a 204 reply has no content",
    ],
    ["a schema without JSON", { output: { 202: z.bigint() } }, "WM501 the output 202: Zod's bigint"],
    [
      "items without JSON",
      { output: jsonLines(z.map(z.string(), z.int())) },
      "WM501 the items of the output 200: Zod's map",
    ],
  ])("tells of %s", (_, contract, told) => {
    expect(codes((app) => app.get("/", endpoint(contract, give)))).toEqual([expect.stringContaining(told)]);
  });

  it("tells of a reply of the function that a route forgets", () => {
    const start = endpoint({ output: { 200: Product, 202: Job, 303: empty } }, give);
    expect(codes((app) => app.get("/", start, { output: { 200: Product } }))).toEqual([
      "WM415 the function may answer 202, which the output of this route does not declare",
    ]);
    expect(codes((app) => app.get("/", start, { output: { 200: Product, 202: Job } }))).toEqual([]);
    expect(codes((app) => app.get("/", start, { output: Product }))).toEqual([]);
  });

  it("takes every kind that there is", () => {
    for (const output of [empty, content("a/b"), content.file(), jsonLines(Product), { 204: empty }])
      expect(codes((app) => app.get("/", endpoint({ output } as object, give)))).toEqual([]);
  });
});
