import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { reply } from "../http/reply.ts";
import { TestLogger } from "../plan/route.fixture.ts";
import { serve, type Running } from "../server/serve.ts";
import { content } from "./content.ts";

const folder = mkdtempSync(join(tmpdir(), "waymark-files-"));
const path = join(folder, "report.txt");
writeFileSync(path, "0123456789");
utimesSync(path, 1_700_000_000, 1_700_000_000);

const app = new App({ logger: new TestLogger() });
app.get(
  "/file",
  endpoint({ output: content.file("text/x-report") }, () => reply.file(path, { name: "Übersicht.txt" })),
);
app.get("/moved", () => reply.redirect("file", 308));
app.post("/done", () => reply.redirect("/file", 303));

type Ask = (where: string, headers?: Record<string, string>) => Promise<Response>;
const running: Running[] = [];
const over = async (server: "wire" | "node-http"): Promise<Ask> => {
  const made = await serve(app, { port: 0, server, signals: false });
  running.push(made);
  return (where, headers = {}) => {
    const [method, target] = where.split(" ") as [string, string];
    return fetch(`${made.url}${target}`, { method, headers, redirect: "manual" });
  };
};
afterAll(async () => {
  for (const each of running) await each.close();
  rmSync(folder, { recursive: true });
});

const WAYS: Record<string, () => Promise<Ask>> = {
  wire: () => over("wire"),
  "node-http": () => over("node-http"),
  memory: async () => (where, headers) => app.request(where, headers === undefined ? {} : { headers }),
};

describe.each(Object.keys(WAYS))("a file over %s", (way) => {
  const asked = WAYS[way]!();
  const ask: Ask = async (where, headers) => (await asked)(where, headers);
  const DATE = "Tue, 14 Nov 2023 22:13:20 GMT";

  it("comes with its validators, and is known by them", async () => {
    const whole = await ask("GET /file");
    expect([whole.status, await whole.text()]).toEqual([200, "0123456789"]);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "content-type": "text/x-report",
      "content-length": "10",
      "last-modified": DATE,
      "accept-ranges": "bytes",
      "content-disposition": "attachment; filename=\"?bersicht.txt\"; filename*=UTF-8''%C3%9Cbersicht.txt",
    });
    const etag = whole.headers.get("etag")!;
    for (const known of [{ "if-none-match": etag }, { "if-modified-since": DATE }]) {
      const unchanged = await ask("GET /file", known);
      expect([unchanged.status, await unchanged.text(), unchanged.headers.get("etag")]).toEqual([
        304,
        "",
        etag,
      ]);
      expect((await ask("HEAD /file", known)).status).toBe(304);
    }
    expect((await ask("GET /file", { "if-match": '"other"' })).status).toBe(412);
    const head = await ask("HEAD /file", { range: "bytes=0-1" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
  });

  it("is cut where that is asked for", async () => {
    const cut = async (headers: Record<string, string>): Promise<[number, string | null, string]> => {
      const answer = await ask("GET /file", headers);
      return [answer.status, answer.headers.get("content-range"), await answer.text()];
    };
    expect(await cut({ range: "bytes=2-4" })).toEqual([206, "bytes 2-4/10", "234"]);
    expect(await cut({ range: "bytes=-1" })).toEqual([206, "bytes 9-9/10", "9"]);
    expect(await cut({ range: "bytes=2-4", "if-range": DATE })).toEqual([206, "bytes 2-4/10", "234"]);
    expect(await cut({ range: "bytes=2-4", "if-range": '"other"' })).toEqual([200, null, "0123456789"]);
    expect(await cut({ range: "bytes=0-0,2-2" })).toEqual([200, null, "0123456789"]);
    expect((await cut({ range: "bytes=10-" })).slice(0, 2)).toEqual([416, "bytes */10"]);
  });

  it("may be elsewhere", async () => {
    const moved = await ask("GET /moved");
    expect([moved.status, moved.headers.get("location"), await moved.text()]).toEqual([308, "file", ""]);
    const done = await ask("POST /done");
    expect([done.status, done.headers.get("location")]).toEqual([303, "/file"]);
  });
});
