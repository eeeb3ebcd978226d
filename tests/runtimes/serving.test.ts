// One application, served by every runtime with the driver of its own choice: all answer as Node's own server does.
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runtimes } from "./runtimes.ts";
import { using } from "./served.ts";

const application = fileURLToPath(new URL("application.mjs", import.meta.url));
const json = (method: string, value: unknown): RequestInit => ({
  method,
  headers: { "content-type": "application/json" },
  body: typeof value === "string" ? value : JSON.stringify(value),
});
const REQUESTS: readonly (readonly [path: string, init?: RequestInit])[] = [
  ["/items/1"],
  ["/items/1", { method: "HEAD" }],
  ["/items/2"],
  ["/items/%E9"],
  ["/items/1", { method: "DELETE" }],
  ["/items/1", { method: "PATCH" }],
  ["/items/1", { method: "OPTIONS" }],
  ["/items", json("POST", { name: "tea", price: 1 })],
  ["/items", json("POST", { name: "", price: "1" })],
  ["/items", json("POST", "{")],
  ["/items", json("POST", "")],
  ["/items", json("POST", `"${"x".repeat(1_100_000)}"`)],
  ["/items", { method: "POST", body: "name=tea", headers: { "content-type": "text/plain" } }],
  ["/search?limit=7&tags=a&tags=b%20c", { headers: { "X-Agent": "me" } }],
  ["/search?limit=10&limit=11"],
  ["/search?limit=05"],
  ["/stream"],
  ["/fails"],
  ["/file"],
  ["/openapi.json"],
  ["/docs"],
  ["/nowhere"],
  [`/${"long".repeat(3000)}`],
];
const FIELDS = ["content-type", "content-length", "allow", "etag", "cache-control", "content-disposition"];

const all = await runtimes();
const { execPath } = process;
const expected = await using([execPath, application, "node-http"], async ({ url }) => answers(url));

describe.each(all)("$name", { timeout: 60_000 }, ({ name, command }) => {
  test.skipIf(command === undefined)("answers as Node's own server does, and stops in order", async () => {
    await using([...(command ?? []), application], async (server) => {
      const given = await answers(server.url);
      for (const [index, [path, init]] of REQUESTS.entries())
        expect(given[index], `${name}: ${init?.method ?? "GET"} ${path.slice(0, 50)}`).toEqual(
          expected[index],
        );
      const slow = fetch(`${server.url}/slow`).then((response) => response.json());
      while (!server.said().includes("slow has begun"))
        await new Promise((resolve) => setTimeout(resolve, 20));
      server.child.kill("SIGTERM");
      expect(await slow).toBe("slow");
      expect(await server.ended).toBe(0);
      expect(server.said()).toContain("cleaned up");
    });
  });
});

async function answers(url: string): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const [path, init] of REQUESTS) {
    const response = await fetch(url + path, init);
    const { status } = response;
    const headers = new Headers(response.headers);
    // Bun frames what comes in pieces by itself.
    if (path === "/stream" || path === "/file") headers.delete("content-length");
    const fields = FIELDS.map((name) => headers.get(name));
    all.push([status, fields, (await response.text()).replaceAll(url, "")]);
  }
  return all;
}
