import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply, type ReplyHeaders } from "../http/reply.ts";
import { request } from "../inputs/request.ts";
import { appWith } from "./app.fixture.ts";
import { etag } from "./etag.ts";
import { checkPreconditions } from "./etag/check-preconditions.ts";
import { webTag } from "./etag/content-tag.ts";

function appOf(answer: () => unknown, options = {}): App {
  const app = appWith([etag(options)]);
  app.get("/", answer);
  app.post("/", answer);
  return app;
}

const tagOf = async (app: App, where = "/"): Promise<string | null> =>
  (await app.request(where)).headers.get("etag");

describe("a tag of the content", () => {
  it("is given to whole bodies: the same for the same, another for another", async () => {
    const one = (await tagOf(appOf(() => ({ a: 1 }))))!;
    expect(one).toMatch(/^"[A-Za-z0-9+/]{22}"$/);
    expect(await tagOf(appOf(() => ({ a: 1 })))).toBe(one);
    expect(await tagOf(appOf(() => ({ a: 2 })))).not.toBe(one);
    expect(await tagOf(appOf(() => reply.bytes(new TextEncoder().encode('{"a":1}'))))).toBe(one);
    expect(await webTag('{"a":1}', false)).toBe(one);
    expect(await tagOf(appOf(() => ({ a: 1 }), { weak: true }))).toBe(`W/${one}`);
    expect(
      await tagOf(
        appOf(() => ({ a: 1 })),
        "HEAD /",
      ),
    ).toBe(one);
  });

  it.each<[string, () => unknown, string?]>([
    [
      "a stream",
      () =>
        reply.stream(
          (async function* () {
            yield "a";
          })(),
        ),
    ],
    ["an error", () => HttpError.throw(404)],
    ["another status", () => reply(201, {})],
    ["no body", () => undefined],
    ["what nobody may keep", () => reply.text("a", { headers: { "cache-control": "private, no-store" } })],
    [
      "what has a date",
      () => reply.text("a", { headers: { "last-modified": "Sat, 01 Jan 2000 00:00:00 GMT" } }),
    ],
    ["the reply to POST", () => ({ a: 1 }), "POST /"],
  ])("is not given to %s", async (_, answer, where = "/") => {
    const response = await appOf(answer).request(where);
    await response.text();
    expect(response.headers.get("etag")).toBeNull();
  });

  it("that the function has set stays", async () => {
    const app = appOf(() => reply.text("a", { headers: { etag: '"mine"' } }));
    expect(await tagOf(app)).toBe('"mine"');
    expect((await app.request("/", { headers: { "if-none-match": '"mine"' } })).status).toBe(304);
  });
});

describe("conditions, in the order of RFC 9110 §13.2.2", () => {
  const DATE = "Sat, 01 Jan 2000 00:00:00 GMT";
  const EARLIER = "Fri, 31 Dec 1999 23:59:59 GMT";
  const LATER = "Sat, 01 Jan 2000 00:00:01 GMT";
  const both: ReplyHeaders = { etag: '"v1"', "last-modified": DATE };
  const dated: ReplyHeaders = { "last-modified": DATE };
  const tagged: ReplyHeaders = { etag: '"v1"' };
  const weak: ReplyHeaders = { etag: 'W/"v1"' };

  it.each<[ReplyHeaders, Record<string, string>, number]>([
    [both, {}, 200],
    [both, { "if-match": '"v1"' }, 200],
    [both, { "if-match": '"v0", "v1"' }, 200],
    [both, { "if-match": "*" }, 200],
    [dated, { "if-match": "*" }, 200],
    [both, { "if-match": '"v2"' }, 412],
    [dated, { "if-match": '"v1"' }, 412],
    // Strong comparison.
    [weak, { "if-match": 'W/"v1"' }, 412],
    [both, { "if-match": 'W/"v1"' }, 412],
    [both, { "if-unmodified-since": DATE }, 200],
    [both, { "if-unmodified-since": LATER }, 200],
    [both, { "if-unmodified-since": EARLIER }, 412],
    [tagged, { "if-unmodified-since": EARLIER }, 200],
    [both, { "if-unmodified-since": "once upon a time" }, 200],
    // If-Match stands before If-Unmodified-Since.
    [both, { "if-match": '"v1"', "if-unmodified-since": EARLIER }, 200],
    [both, { "if-match": '"v2"', "if-unmodified-since": LATER }, 412],
    [both, { "if-none-match": '"v1"' }, 304],
    [both, { "if-none-match": 'W/"v1"' }, 304],
    [weak, { "if-none-match": '"v1"' }, 304],
    [both, { "if-none-match": '"v0",W/"v1" , "v2"' }, 304],
    [both, { "if-none-match": "*" }, 304],
    [both, { "if-none-match": '"v2"' }, 200],
    [both, { "if-none-match": "v1" }, 200],
    [both, { "if-none-match": '""' }, 200],
    [both, { "if-modified-since": DATE }, 304],
    [both, { "if-modified-since": LATER }, 304],
    [both, { "if-modified-since": EARLIER }, 200],
    [tagged, { "if-modified-since": LATER }, 200],
    [both, { "if-modified-since": "yesterday" }, 200],
    // If-None-Match stands in the place of If-Modified-Since.
    [both, { "if-none-match": '"v2"', "if-modified-since": LATER }, 200],
    [both, { "if-none-match": '"v1"', "if-modified-since": EARLIER }, 304],
    // What must hold is judged before what may be skipped.
    [both, { "if-match": '"v2"', "if-none-match": '"v1"' }, 412],
    [both, { "if-match": '"v1"', "if-none-match": '"v1"' }, 304],
  ])("%j asked with %j is %i", async (fields, headers, status) => {
    const app = appOf(() => reply.text("content", { headers: fields }));
    const get = await app.request("/", { headers });
    expect(get.status).toBe(status);
    expect((await app.request("HEAD /", { headers })).status).toBe(status);
    if (status === 304) {
      expect(await get.text()).toBe("");
      expect(get.headers.get("content-type")).toBeNull();
      for (const [name, value] of Object.entries(fields)) expect(get.headers.get(name)).toBe(value);
    }
    // A function that writes knows better than this middleware.
    expect((await app.request("POST /", { headers })).status).toBe(200);
  });

  it("304 keeps what is about the resource", async () => {
    const headers = { etag: '"v1"', vary: "Cookie", "cache-control": "max-age=5", "set-cookie": "a=b" };
    const app = appOf(() => reply.text("content", { headers }));
    const response = await app.request("/", { headers: { "if-none-match": '"v1"' } });
    expect(Object.fromEntries(response.headers)).toEqual(headers);
  });

  it("are not judged against errors", async () => {
    const app = appOf(() => HttpError.throw(404));
    expect((await app.request("/", { headers: { "if-match": '"v1"' } })).status).toBe(404);
    expect((await app.request("/", { headers: { "if-none-match": "*" } })).status).toBe(404);
  });

  it("of a stream with a tag of its own are judged, and the stream is told", async () => {
    let isTold = false;
    const source: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error("nobody should ask")),
        return: async () => {
          isTold = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const app = appOf(() => reply.stream(source, "text/plain", { headers: { etag: '"v1"' } }));
    expect((await app.request("/", { headers: { "if-none-match": '"v1"' } })).status).toBe(304);
    expect(isTold).toBe(true);
  });

  it("of a file are the file's own affair", async () => {
    const folder = await mkdtemp(join(tmpdir(), "waymark-etag-"));
    const file = join(folder, "a.txt");
    await writeFile(file, "content");
    const app = appOf(() => reply.file(file));
    const response = await app.request("/");
    expect(await response.text()).toBe("content");
    const tag = response.headers.get("etag")!;
    expect((await app.request("/", { headers: { "if-none-match": tag } })).status).toBe(304);
    expect((await app.request("/", { headers: { "if-match": '"other"' } })).status).toBe(412);
    const part = await app.request("/", { headers: { range: "bytes=0-1" } });
    expect([part.status, await part.text()]).toEqual([206, "co"]);
    await rm(folder, { recursive: true });
  });

  it("takes no longer for a long list than it must", async () => {
    const app = appOf(() => "content");
    const response = await app.request("/", { headers: { "if-none-match": 'W/"'.repeat(3000) } });
    expect(response.status).toBe(200);
  });
});

describe("checkPreconditions", () => {
  const app = appWith([]);
  let version = 1;
  app.put(
    "/item",
    endpoint({ input: { request: request() } }, ({ request: asked }) => {
      checkPreconditions(asked, version === 0 ? {} : { etag: `"${version}"` });
      version++;
    }),
  );
  const put = async (headers: Record<string, string>): Promise<number> =>
    (await app.request("PUT /item", { headers })).status;

  it("lets a function refuse what was made for another version", async () => {
    expect(await put({ "if-match": '"1"' })).toBe(204);
    expect(await put({ "if-match": '"1"' })).toBe(412);
    expect(await put({ "if-none-match": "*" })).toBe(412);
    version = 0;
    expect(await put({ "if-match": "*" })).toBe(412);
    expect(await put({ "if-none-match": "*" })).toBe(204);
    expect(await put({})).toBe(204);
  });
});
