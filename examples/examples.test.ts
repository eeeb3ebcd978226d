// Every command of README.md, asked of the application that its comment names; and what every application documents.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { App } from "waymark";
import { describe, expect, it } from "vitest";
import { lintErrors } from "../packages/waymark/src/openapi/lint-document.fixture.ts";
import { ask } from "../tests/markdown/ask.ts";
import { blocks, questions } from "../tests/markdown/blocks.ts";

const asked = blocks(textOf("README.md")).flatMap(({ text }) => questions(text));
const files = [...new Set(asked.map(({ of }) => fileOf(of)))];

describe("examples/README.md", () => {
  it("has a command for every example", () => {
    expect(files).toHaveLength(19);
  });

  it.each(asked)("$command ($of)", async (question) => {
    expect(await ask(await load(fileOf(question.of)), question)).toBe(question.answer);
  });
});

describe("the documents of the examples", () => {
  it("pass Redocly's recommended rules", { timeout: 60_000 }, async () => {
    const documents = await Promise.all(
      files.map(async (file) => [file, (await load(file)).openapi()] as const),
    );
    expect(await lintErrors(new Map(documents))).toEqual([]);
  });
});

describe("versions", () => {
  it("has a document for each version, and one for employees alone", async () => {
    const app = await load("versions/app.ts");
    const documents = [{ version: "1" }, { version: "2" }, { version: "2", document: "internal" }];
    const named = documents.map((name) => [JSON.stringify(name), app.openapi(name)] as const);
    expect(named.map(([, { paths }]) => Object.keys(paths).length)).toEqual([2, 2, 3]);
    expect(await lintErrors(new Map(named))).toEqual([]);
    expect((await app.request("/internal/docs")).status).toBe(401);
  });
});

describe("profile-versions", () => {
  it("leaves version 2 as it was when the entry of version 1 is deleted", async () => {
    const both = (await load("profile-versions/app.ts")).openapi();
    const one = (await loadText(withoutVersion1(textOf("profile-versions/app.ts")))).openapi();
    expect(Object.keys(both.paths)).toEqual(["/v2/profiles/{userId}", "/v1/profiles/{userId}"]);
    expect(Object.keys(one.paths)).toEqual(["/v2/profiles/{userId}"]);
    expect(one.paths["/v2/profiles/{userId}"]!.get!.operationId).toBe("readProfile");
    expect(both.paths["/v2/profiles/{userId}"]).toMatchObject(one.paths["/v2/profiles/{userId}"]!);
  });
});

function textOf(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

/** "catalogue" is its app.ts. */
function fileOf(of: string | undefined): string {
  return of?.endsWith(".ts") ? of : `${of}/app.ts`;
}

async function load(file: string): Promise<App> {
  const { href } = new URL(file, import.meta.url);
  return ((await import(href)) as { default: App }).default;
}

async function loadText(text: string): Promise<App> {
  mkdirSync(new URL(".cache", import.meta.url), { recursive: true });
  writeFileSync(new URL(".cache/app.ts", import.meta.url), text);
  return load(".cache/app.ts");
}

function withoutVersion1(text: string): string {
  const entry = /^ {2}"GET \/v1\/[^]*?^ {2}\},\n/m;
  expect(text).toMatch(entry);
  return text.replace(entry, "");
}

describe("sign-in", () => {
  it("gives a token for a name and a password, good for what its owner may do", async () => {
    const app = await load("sign-in/app.ts");
    const notes = async (username: string, password: string, method: string): Promise<Response> => {
      const form = { grant_type: "password", username, password, scope: "notes:read notes:write" };
      const signedIn = await app.request("/token", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(form).toString(),
      });
      const { access_token: token } = (await signedIn.json()) as { access_token: string };
      return app.request("/notes", { method, headers: { authorization: `Bearer ${token}` } });
    };
    expect(await (await notes("ada", "analytical", "GET")).json()).toEqual([
      { by: "Ada", text: "A note of Ada's" },
    ]);
    expect((await notes("ada", "analytical", "POST")).status).toBe(201);
    expect((await notes("bob", "builder", "GET")).status).toBe(200);
    const refused = await notes("bob", "builder", "POST");
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="notes:write"',
    ]);
  });
});

describe("guarded-api", () => {
  const SITE = { origin: "https://app.example.com" };
  const signIn = (app: App, password: string, headers: Record<string, string> = {}): Promise<Response> =>
    app.request("/session", { json: { username: "ada", password }, headers, remoteAddress: "192.0.2.1" });

  it("remembers who signed in until they sign out", async () => {
    const app = await load("guarded-api/app.ts");
    const line = (await signIn(app, "analytical", SITE)).headers.get("set-cookie")!;
    expect(line).toMatch(/; HttpOnly; SameSite=Lax$/);
    const cookies = { session: /session=([^;]*)/.exec(line)![1]! };
    expect(await (await app.request("/session", { cookies })).json()).toEqual({ name: "Ada" });
    const signedOut = await app.request("DELETE /session", { cookies });
    expect(signedOut.headers.get("set-cookie")).toContain("session=; Max-Age=0");
    expect((await app.request("/session")).status).toBe(401);
  });

  it("lets nobody guess for long, and tells the page so", async () => {
    const app = await load("guarded-api/app.ts");
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await signIn(app, "guess")).status);
    expect(statuses.at(-1)).toBe(429);
    const refused = await signIn(app, "guess", SITE);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "access-control-allow-origin": SITE.origin,
      "access-control-expose-headers": "RateLimit, RateLimit-Policy, Retry-After",
      "retry-after": expect.stringMatching(/^\d+$/) as string,
    });
    expect((await signIn(app, "guess", { origin: "https://elsewhere.test" })).status).toBe(403);
    expect((await app.request("/stars", { remoteAddress: "192.0.2.1" })).status).toBe(200);
  });

  it("sends the stars small, and only when they changed", async () => {
    const app = await load("guarded-api/app.ts");
    const headers = { "accept-encoding": "gzip" };
    const first = await app.request("/stars", { headers });
    expect((await first.arrayBuffer()).byteLength).toBeLessThan(5000);
    const tag = first.headers.get("etag")!;
    expect((await app.request("/stars", { headers: { ...headers, "if-none-match": tag } })).status).toBe(304);
  });
});

describe("live-prices", () => {
  it("goes on after the event that the client has seen last, until it leaves", async () => {
    const app = await load("live-prices/app.ts");
    const client = new AbortController();
    const headers = { "last-event-id": "3" };
    const answer = await app.request("/prices", { headers, signal: client.signal });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe(
      'event: price\nid: 4\ndata: {"id":4,"symbol":"COMP","value":25}\n\n',
    );
    client.abort();
  });

  it("shows a page that follows them", async () => {
    const answer = await (await load("live-prices/app.ts")).request("/");
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await answer.text()).toContain('new EventSource("/prices")');
  });
});
