import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import type { AppOptions } from "../app-options.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { temporaryFolder } from "../http/temporary-folder.fixture.ts";
import { UploadedFile } from "../http/uploaded-file.ts";
import { constant, file, files, form, path, query, request, response } from "../inputs/index.ts";
import { bodyLimit } from "../middleware/body-limit.ts";
import { bearer } from "../security/bearer.ts";

const folder = temporaryFolder();
const BIG = "0123456789".repeat(1000);
const SMALL_MEMORY = { limits: { form: { memory: 1000 } } } satisfies AppOptions;

function dataOf(entries: Record<string, string | File | readonly (string | File)[]>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(entries))
    for (const each of typeof value === "string" || value instanceof File ? [value] : value)
      data.append(name, each);
  return data;
}
const fileOf = (content = BIG, name = "a.txt", type = "text/plain"): File =>
  new File([content], name, { type });

/** Status and body; the issues where it is a validation problem. */
async function answer(reply: Response | Promise<Response>): Promise<[status: number, body: unknown]> {
  const response = await reply;
  const body: unknown = await response.json();
  const issues = (body as { errors?: { in: string; name: string; path: unknown[]; code: string }[] }).errors;
  return [
    response.status,
    issues === undefined ? body : issues.map((each) => [each.in, each.name, each.path, each.code]),
  ];
}
const detailOf = async (reply: Response | Promise<Response>): Promise<unknown> =>
  ((await (await reply).json()) as { detail?: unknown }).detail;
const nothingLeft = (): Promise<void> => vi.waitFor(() => expect(folder.left()).toEqual([]), 20_000);

const everything = endpoint(
  {
    input: {
      title: form(z.string().min(2)),
      count: form(z.int().default(1)),
      tags: form(z.array(z.string()).default([]), { name: "tag" }),
      ids: form(z.array(z.int()).optional(), { style: "form", explode: false }),
      price: form(z.object({ min: z.number(), max: z.number().optional() }).optional(), {
        style: "deepObject",
      }),
      meta: form(z.object({ a: z.int() }).optional()),
      note: form(z.string().optional()),
      agreed: form(z.boolean().optional()),
    },
  },
  function everything(values) {
    return values;
  },
);

describe("a field of a form", () => {
  const app = new App();
  app.post("/all", everything);
  const fields: [string, string][] = [
    ["title", "a b&c"],
    ["count", "3"],
    ["tag", "x"],
    ["tag", "y"],
    ["ids", "1,2"],
    ["price[min]", "1.5"],
    ["meta", '{"a":1}'],
    ["note", ""],
    ["agreed", "true"],
    ["nobody", "reads this"],
  ];
  const values = {
    title: "a b&c",
    count: 3,
    tags: ["x", "y"],
    ids: [1, 2],
    price: { min: 1.5 },
    meta: { a: 1 },
    agreed: true,
  };

  test("is converted by its schema, whether the form is urlencoded or multipart", async () => {
    const data = new FormData();
    for (const [name, value] of fields) data.append(name, value);
    expect(await answer(app.request("POST /all", { body: new URLSearchParams(fields) }))).toEqual([
      200,
      values,
    ]);
    expect(await answer(app.request("POST /all", { body: data }))).toEqual([200, values]);
  });

  test("that is empty and may be absent is so: browsers send every field", async () => {
    const body = new URLSearchParams("title=ab&count=&tag=&ids=&meta=&note=&agreed=");
    expect(await answer(app.request("POST /all", { body }))).toEqual([
      200,
      { title: "ab", count: 1, tags: [] },
    ]);
  });

  test("says what is wrong with it, all at once and in the order of declaration", async () => {
    const body = new URLSearchParams(
      "title=a&title=b&count=05&tag=x&ids=1,two&price[min]=x&meta={&agreed=yes",
    );
    expect(await answer(app.request("POST /all", { body }))).toEqual([
      422,
      [
        ["form", "title", [], "repeated"],
        ["form", "count", [], "invalid_type"],
        ["form", "ids", [1], "invalid_type"],
        ["form", "price", ["min"], "invalid_type"],
        ["form", "meta", [], "malformed"],
        ["form", "agreed", [], "invalid_type"],
      ],
    ]);
  });

  test("that is missing is an issue, and so it is without any body", async () => {
    const missing = [422, [["form", "title", [], "invalid_type"]]];
    expect(await answer(app.request("POST /all"))).toEqual(missing);
    expect(await answer(app.request("POST /all", { body: "" }))).toEqual(missing);
    expect(await answer(app.request("POST /all", { body: new URLSearchParams("count=1") }))).toEqual(missing);
  });

  test("holds JSON that is as deep as a body may be, and no deeper", async () => {
    const deep = new App();
    deep.post(
      "/",
      endpoint({ input: { it: form(z.object({ a: z.unknown() })) } }, () => "read"),
    );
    const nested = (depth: number): URLSearchParams =>
      new URLSearchParams({ it: `{"a":${"[".repeat(depth - 1)}"[{"${"]".repeat(depth - 1)}}` });
    expect((await deep.request("POST /", { body: nested(64) })).status).toBe(200);
    expect(await answer(deep.request("POST /", { body: nested(65) }))).toEqual([
      422,
      [["form", "it", [], "malformed"]],
    ]);
  });

  test("may not be sent as a file, unless it is JSON", async () => {
    const meta = fileOf('{"a":1}', "blob", "application/json");
    expect(await answer(app.request("POST /all", { body: dataOf({ title: "ab", meta }) }))).toEqual([
      200,
      { title: "ab", count: 1, tags: [], meta: { a: 1 } },
    ]);
    expect(await answer(app.request("POST /all", { body: dataOf({ title: fileOf("ab") }) }))).toEqual([
      422,
      [["form", "title", [], "invalid_type"]],
    ]);
  });
});

describe("form.all", () => {
  const SignUp = z.strictObject({
    email: z.email(),
    age: z.int().min(18).optional(),
    tags: z.array(z.string()).default([]),
    address: z.object({ city: z.string() }).optional(),
  });
  const app = new App();
  const signUp = endpoint({ input: { signUp: form.all(SignUp) } }, function signUp({ signUp }) {
    return signUp;
  });
  app.post("/strict", signUp);
  app.post(
    "/beside",
    endpoint(
      {
        input: {
          signUp: form.all(SignUp),
          photo: file({ optional: true }),
          other: form(z.string().optional()),
        },
      },
      ({ signUp }) => signUp,
    ),
  );
  app.post(
    "/loose",
    endpoint({ input: { all: form.all(z.looseObject({ a: z.int() })) } }, ({ all }) => all),
  );

  test("is one object, each property converted by its own schema", async () => {
    const body = new URLSearchParams([
      ["email", "a@b.co"],
      ["age", ""],
      ["tags", "x"],
      ["tags", "y"],
      ["address", '{"city":"Wien"}'],
    ]);
    expect(await answer(app.request("POST /strict", { body }))).toEqual([
      200,
      { email: "a@b.co", tags: ["x", "y"], address: { city: "Wien" } },
    ]);
  });

  test("names the field of each issue", async () => {
    const body = new URLSearchParams("email=x&age=17&address={}");
    expect(await answer(app.request("POST /strict", { body }))).toEqual([
      422,
      [
        ["form", "email", [], "invalid_format"],
        ["form", "age", [], "too_small"],
        ["form", "address", ["city"], "invalid_type"],
      ],
    ]);
  });

  test("refuses fields that nothing on the route reads, where its schema does", async () => {
    const unknown = new URLSearchParams("email=a@b.co&admin=true&__proto__=x&other=y");
    expect(await answer(app.request("POST /strict", { body: unknown }))).toEqual([
      422,
      ["admin", "__proto__", "other"].map((name) => ["form", name, [], "unrecognized_keys"]),
    ]);
    const beside = dataOf({ email: "a@b.co", other: "y", photo: fileOf("x") });
    expect(await answer(app.request("POST /beside", { body: beside }))).toEqual([
      200,
      { email: "a@b.co", tags: [] },
    ]);
  });

  test("may have no properties of its own", async () => {
    const app = new App();
    app.post(
      "/any",
      endpoint({ input: { all: form.all(z.looseObject({})) } }, ({ all }) => all),
    );
    expect(await answer(app.request("POST /any", { body: new URLSearchParams("a=1") }))).toEqual([
      200,
      { a: "1" },
    ]);
    expect(await answer(app.request("POST /any"))).toEqual([200, {}]);
  });

  test("keeps the others as they are, where its schema does", async () => {
    const body = new URLSearchParams("a=1&b=2&c=3&c=4");
    expect(await answer(app.request("POST /loose", { body }))).toEqual([
      200,
      { a: 1, b: "2", c: ["3", "4"] },
    ]);
  });
});

describe("an uploaded file", () => {
  const app = new App(SMALL_MEMORY);
  const describeFile = async (each: UploadedFile | undefined): Promise<unknown> =>
    each === undefined ? null : [each.name, each.type, each.size, (await each.text()).length];
  const one = endpoint({ input: { photo: file() } }, async function one({ photo }) {
    return await describeFile(photo);
  });
  app.post("/one", one);
  app.post(
    "/optional",
    endpoint({ input: { photo: file({ optional: true }) } }, ({ photo }) => describeFile(photo)),
  );
  app.post(
    "/images",
    endpoint(
      { input: { photo: file({ accept: ["image/*", "application/pdf"], maxSize: 100 }) } },
      ({ photo }) => describeFile(photo),
    ),
  );
  app.post(
    "/many",
    endpoint(
      { input: { photos: files({ name: "photo", min: 2, max: 3, accept: ["text/plain"] }) } },
      ({ photos }) => Promise.all(photos.map(describeFile)),
    ),
  );
  const send = (where: string, ...photo: (string | File)[]): Promise<[number, unknown]> =>
    answer(app.request(`POST ${where}`, { body: dataOf({ photo }) }));

  test("has name, type, size and content, in memory or spooled", async () => {
    expect(await send("/one", fileOf("hi", "../b.txt"))).toEqual([200, ["b.txt", "text/plain", 2, 2]]);
    expect(await send("/one", fileOf(BIG))).toEqual([200, ["a.txt", "text/plain", 10_000, 10_000]]);
    expect(await send("/one", fileOf("", "empty"))).toEqual([200, ["empty", "text/plain", 0, 0]]);
    await nothingLeft();
  });

  test("that is missing, repeated or a field is an issue of its name", async () => {
    const issue = (code: string): unknown => [422, [["form", "photo", [], code]]];
    expect(await send("/one")).toEqual(issue("invalid_type"));
    expect(await send("/one", "text")).toEqual(issue("invalid_type"));
    expect(await send("/one", fileOf(), fileOf())).toEqual(issue("repeated"));
    expect(await answer(app.request("POST /one"))).toEqual(issue("invalid_type"));
    await nothingLeft();
  });

  test("may be optional: then it is absent without one, and where a browser sends an empty input", async () => {
    const absent = (body?: FormData): Promise<string> =>
      app.request("POST /optional", { ...(body === undefined ? {} : { body }) }).then((each) => each.text());
    expect(await absent()).toBe("null");
    expect(await absent(dataOf({ other: "x" }))).toBe("null");
    expect(await absent(dataOf({ photo: fileOf("", "", "application/octet-stream") }))).toBe("null");
    expect(await absent(dataOf({ photo: "" }))).toBe("null");
    expect(await send("/optional", "text")).toEqual([422, [["form", "photo", [], "invalid_type"]]]);
  });

  test("of a type that is not accepted is 422, one that is too large 413", async () => {
    expect(await send("/images", fileOf("hi", "a", "image/PNG"))).toEqual([200, ["a", "image/png", 2, 2]]);
    expect(await send("/images", fileOf("hi", "a", "application/pdf"))).toEqual([
      200,
      ["a", "application/pdf", 2, 2],
    ]);
    for (const type of ["", "text/plain", "image", "images/png", "application/pdfx"])
      expect([type, await send("/images", fileOf("hi", "a", type === "image" ? "x/image" : type))]).toEqual([
        type,
        [422, [["form", "photo", [], "media_type"]]],
      ]);
    expect((await send("/images", fileOf("x".repeat(100), "a", "image/png")))[0]).toBe(200);
    expect((await send("/images", fileOf("x".repeat(101), "a", "image/png")))[0]).toBe(413);
  });

  test("may be one of several, which are counted and told of one by one", async () => {
    const text = fileOf("hi", "a");
    expect(await send("/many", text, text)).toEqual([
      200,
      Array.from({ length: 2 }, () => ["a", "text/plain", 2, 2]),
    ]);
    expect(await send("/many", text)).toEqual([422, [["form", "photo", [], "too_small"]]]);
    expect(await send("/many", text, text, text, text)).toEqual([422, [["form", "photo", [], "too_big"]]]);
    expect(await send("/many", text, fileOf("hi", "b", "image/png"), text)).toEqual([
      422,
      [["form", "photo", [1], "media_type"]],
    ]);
  });

  test("needs a multipart form, and tells so", async () => {
    const sent = app.request("POST /one", { body: new URLSearchParams("photo=x") });
    expect((await sent).status).toBe(415);
    expect(await detailOf(sent)).toBe("The body's Content-Type is not accepted; send multipart/form-data.");
    expect((await app.request("POST /one", { json: {} })).status).toBe(415);
  });
});

describe("limits", () => {
  test("of the body hold for forms too, and only the first megabyte of fields is read", async () => {
    const app = new App({ limits: { body: 5000, form: { fieldsSize: 1000 } } });
    app.post(
      "/fields",
      endpoint({ input: { a: form(z.string()) } }, ({ a }) => a.length),
    );
    app.post(
      "/file",
      endpoint({ input: { a: file() } }, ({ a }) => a.size),
    );
    const urlencoded = (size: number): Promise<number> =>
      app
        .request("POST /fields", { body: new URLSearchParams({ a: "x".repeat(size - 2) }) })
        .then(({ status }) => status);
    expect([await urlencoded(1000), await urlencoded(1001)]).toEqual([200, 413]);
    expect((await app.request("POST /file", { body: dataOf({ a: fileOf("x".repeat(4000)) }) })).status).toBe(
      200,
    );
    expect((await app.request("POST /file", { body: dataOf({ a: fileOf("x".repeat(5000)) }) })).status).toBe(
      413,
    );
  });

  test("of the body may be larger or smaller on one route", async () => {
    const app = new App({ limits: { body: 1000 } });
    const store = endpoint({ input: { a: file() } }, ({ a }) => a.size);
    app.post("/usual", store);
    app.post("/large", store, { middleware: [bodyLimit(20_000)] });
    app.post("/small", store, { middleware: [bodyLimit(300)] });
    const send = (where: string, size: number): Promise<number> =>
      app
        .request(`POST ${where}`, { body: dataOf({ a: fileOf("x".repeat(size)) }) })
        .then(({ status }) => status);
    expect([await send("/usual", 500), await send("/usual", 1000)]).toEqual([200, 413]);
    expect([await send("/large", 10_000), await send("/large", 20_000)]).toEqual([200, 413]);
    expect([await send("/small", 10), await send("/small", 300)]).toEqual([200, 413]);
  });

  test("that are misspelt or no numbers are a mistake at the start", () => {
    expect(() => new App({ limits: { form: { file: 1 } as object } }).routes()).toThrow(
      /'file' is not an option of limits.form/,
    );
    expect(() => new App({ limits: { form: { files: "1" } as object } }).routes()).toThrow(
      /limits\.form\.files must be a number/,
    );
  });
});

describe("one reading of the form", () => {
  test("serves a guard, a dependency and the function, each with its own inputs", async () => {
    const app = new App(SMALL_MEMORY);
    const token = dependency({ input: { token: form(z.string()) }, errors: { 403: "No" } }, ({ token }) => {
      if (token !== "t") throw new HttpError(403);
    });
    const stored = dependency({ input: { photo: file() } }, async function* ({ photo }) {
      yield photo.size;
    });
    app.post(
      "/",
      endpoint(
        { input: { stored, photo: file(), tags: form(z.array(z.string())) } },
        async ({ stored, photo, tags }) => [stored, (await photo.bytes()).length, tags],
      ),
      { dependencies: [token] },
    );
    const send = (tokenSent: string): Promise<[number, unknown]> =>
      answer(
        app.request("POST /", { body: dataOf({ tags: ["a", "b"], photo: fileOf(), token: tokenSent }) }),
      );
    expect(await send("t")).toEqual([200, [10_000, 10_000, ["a", "b"]]]);
    expect((await send("x"))[0]).toBe(403);
    await nothingLeft();
  });

  test("is not begun before whoever asks was let in", async () => {
    const app = new App();
    app.post(
      "/",
      endpoint({ input: { user: bearer(), photo: file() } }, () => "in"),
    );
    async function* body(): AsyncGenerator<Uint8Array> {
      yield* [];
      throw new Error("somebody read it");
    }
    expect(
      (await app.request("POST /", { body: body(), headers: { "content-type": "text/plain" } })).status,
    ).toBe(401);
  });

  test("comes with issues of other places, which are told first", async () => {
    const app = new App();
    app.post(
      "/{id}",
      endpoint({ input: { photo: file(), limit: query(z.int()), id: path(z.int()) } }, () => "in"),
    );
    expect(await answer(app.request("POST /x?limit=y"))).toEqual([
      422,
      [
        ["path", "id", [], "invalid_type"],
        ["query", "limit", [], "invalid_type"],
        ["form", "photo", [], "invalid_type"],
      ],
    ]);
  });
});

describe("a route binds the inputs of a form", () => {
  const store = endpoint(
    { input: { title: form(z.string()), photo: file({ optional: true }), size: form(z.int()) } },
    async ({ title, photo, size }) => [title, photo?.name ?? null, size],
  );
  const app = new App();
  app.post("/a", store, { bind: { title: "name", photo: "picture", size: constant(1) } });
  app.post("/b/{title}", store, {
    bind: { title: path(z.string()), photo: constant(undefined), size: query(z.int()) },
  });

  test("to other wire names, and to other sources", async () => {
    expect(
      await answer(app.request("POST /a", { body: dataOf({ name: "t", picture: fileOf("x") }) })),
    ).toEqual([200, ["t", "a.txt", 1]]);
    expect(await answer(app.request("POST /b/t?size=2"))).toEqual([200, ["t", null, 2]]);
  });

  test("under the names of the route in its issues", async () => {
    expect(await answer(app.request("POST /a", { body: dataOf({ title: "t" }) }))).toEqual([
      422,
      [["form", "name", [], "invalid_type"]],
    ]);
  });

  test("and renames what a dependency reads", async () => {
    const app = new App();
    const owner = dependency(
      { input: { owner: form(z.string()), scan: file({ optional: true }) } },
      ({ owner, scan }) => [owner, scan?.name],
    );
    app.post(
      "/",
      endpoint({ input: { owner } }, ({ owner }) => owner),
      { rename: { owner: "besitzer", scan: "bild" } },
    );
    expect(
      await answer(app.request("POST /", { body: dataOf({ besitzer: "ada", bild: fileOf("x") }) })),
    ).toEqual([200, ["ada", "a.txt"]]);
  });

  test("and the function is still one", async () => {
    expect(await store({ title: "t", photo: UploadedFile.of("a.txt", "x"), size: 2 })).toEqual([
      "t",
      "a.txt",
      2,
    ]);
  });
});

describe("temporary files", () => {
  test("stay until the stream of the reply has ended, and tasks and clean-ups have run", async () => {
    const app = new App(SMALL_MEMORY);
    const seen: string[] = [];
    const watching = dependency({ input: { photo: file() } }, async function* ({ photo }) {
      yield;
      await wait(5);
      seen.push(`clean-up ${(await photo.bytes()).length}`);
    });
    app.post(
      "/",
      endpoint({ input: { photo: file(), watching, head: response() } }, ({ photo, head }) => {
        head.after(async () => void seen.push(`task ${(await photo.bytes()).length}`));
        return reply.stream(photo.stream(), "text/plain");
      }),
    );
    const streamed = await app.request("POST /", { body: dataOf({ photo: fileOf() }) });
    expect(folder.left()).toHaveLength(1);
    expect(await streamed.text()).toBe(BIG);
    await nothingLeft();
    expect(seen).toEqual(["task 10000", "clean-up 10000"]);
  });

  test("that were saved stay where they were put", async () => {
    const app = new App(SMALL_MEMORY);
    const target = folder.at("kept");
    app.post(
      "/",
      endpoint({ input: { photo: file() } }, async ({ photo }) => photo.save(target).then(() => photo.name)),
    );
    expect((await app.request("POST /", { body: dataOf({ photo: fileOf() }) })).status).toBe(200);
    await nothingLeft();
    expect(readFileSync(target, "utf8")).toBe(BIG);
  });

  test.each<[what: string, fail: () => unknown]>([
    [
      "throws",
      () => {
        throw new HttpError(409);
      },
    ],
    [
      "fails",
      () => {
        throw new Error("secret");
      },
    ],
    ["replies with a stream that fails", () => reply.stream(failing(), "text/plain")],
  ])("go when the function %s", async (_, fail) => {
    const app = new App({ ...SMALL_MEMORY, logger: { error() {}, warn() {} } });
    let spooled = 0;
    const failLater = (): unknown => {
      spooled = folder.left().length;
      return fail();
    };
    app.post("/", endpoint({ input: { photo: file() } }, failLater));
    const failed = await app.request("POST /", { body: dataOf({ photo: fileOf() }) });
    await failed.text().catch(() => undefined);
    await nothingLeft();
    expect(spooled).toBe(1);
  });

  test("go when another input is refused, when the form ends too early, and when a limit is met", async () => {
    const app = new App(SMALL_MEMORY);
    app.post(
      "/",
      endpoint({ input: { photo: file({ maxSize: 20_000 }), count: form(z.int()) } }, () => "in"),
    );
    expect((await app.request("POST /", { body: dataOf({ photo: fileOf(), count: "x" }) })).status).toBe(422);
    expect((await app.request("POST /", { body: dataOf({ photo: fileOf(BIG.repeat(3)) }) })).status).toBe(
      413,
    );
    const cut = Buffer.from(await new Response(dataOf({ photo: fileOf() })).arrayBuffer()).subarray(0, 9000);
    const type = `multipart/form-data; boundary=${cut.subarray(2, cut.indexOf("\r\n")).toString()}`;
    expect((await app.request("POST /", { body: cut, headers: { "content-type": type } })).status).toBe(400);
    await nothingLeft();
  });

  test("go when the client goes away, in the middle of the upload or of the function", async () => {
    const app = new App(SMALL_MEMORY);
    let began = false;
    app.post(
      "/",
      endpoint({ input: { photo: file(), req: request() } }, async ({ req }) => {
        began = true;
        await new Promise((resolve) => req.signal.addEventListener("abort", resolve));
      }),
    );
    const body = Buffer.from(await new Response(dataOf({ photo: fileOf() })).arrayBuffer());
    const type = `multipart/form-data; boundary=${body.subarray(2, body.indexOf("\r\n")).toString()}`;
    const send = (pieces: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<unknown> =>
      app
        .request("POST /", { body: pieces, headers: { "content-type": type }, signal })
        .catch((error: unknown) => error);
    const first = new AbortController();
    const uploading = send(stuckAfter(body.subarray(0, 9000)), first.signal);
    await vi.waitFor(() => expect(folder.left()).toHaveLength(1), 20_000);
    first.abort();
    await uploading;
    await nothingLeft();
    const second = new AbortController();
    const running = send(stuckAfter(body, false), second.signal);
    await vi.waitFor(() => expect(began).toBe(true), 20_000);
    expect(folder.left()).toHaveLength(1);
    second.abort();
    await running;
    await nothingLeft();
  });
});

// oxlint-disable-next-line require-yield -- it fails first
async function* failing(): AsyncGenerator<string> {
  throw new Error("no more");
}
async function* stuckAfter(bytes: Uint8Array, stuck = true): AsyncGenerator<Uint8Array> {
  yield bytes;
  if (stuck) await new Promise(() => undefined);
}
