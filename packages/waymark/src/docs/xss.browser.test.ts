// Every text of a document is an attack, and nothing of it runs. XSS_ROUNDS=all puts each payload into each place once.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { emitDocument } from "../openapi/emit-document.fixture.ts";
import { apiKey } from "../security/api-key.ts";
import { bearer } from "../security/bearer.ts";
import { hasBrowser, launchBrowser } from "./browser.fixture.ts";
import { docsPages } from "./docs-pages.ts";
import { servePages } from "./serve-pages.fixture.ts";
import { XSS_PAYLOADS } from "./xss-payloads.fixture.ts";

const Item = z
  .object({ id: z.string().describe("about"), kind: z.enum(["a", "b"]), price: z.number().default(1) })
  .meta({ id: "Item", description: "about", examples: [{ id: "example", kind: "a", price: 1 }] });

function catalogue(): unknown {
  return emitDocument(
    (router) => {
      router.put(
        "/items/{itemId}",
        endpoint(
          {
            name: "replaceItem",
            description: "about",
            input: {
              itemId: path(z.string(), { description: "about", examples: ["example"] }),
              kind: query(z.enum(["a", "b"]).default("a"), { description: "about" }),
              item: body(Item, { description: "about", examples: [{ id: "example", kind: "a", price: 1 }] }),
              token: bearer({ description: "about" }),
              key: apiKey({ in: "header", name: "X-Key", description: "about" }),
            },
            output: Item,
            errors: { 404: "about" },
          },
          () => undefined,
        ),
        { summary: "about", tags: ["items"], deprecated: { since: "2026-01-01" } },
      );
    },
    {
      title: "about",
      description: "about",
      summary: "about",
      termsOfService: "https://example.com/terms",
      contact: { name: "about", url: "https://example.com", email: "a@example.com" },
      license: { name: "about", url: "https://example.com" },
      servers: [{ url: "https://example.com/api", description: "about" }],
      externalDocs: { url: "https://example.com", description: "about" },
      tags: [{ name: "items", description: "about", externalDocs: { url: "https://example.com" } }],
    },
  );
}

/** What these keys say decides how the document is read; everything else is a text. */
const STRUCTURE = new Set([
  "openapi",
  "$ref",
  "type",
  "in",
  "style",
  "jsonSchemaDialect",
  "required",
  "scheme",
]);

/** The document with a payload in the place of every text: the next one in each. */
function attacked(value: unknown, next: () => string, key = ""): unknown {
  if (typeof value === "string") return STRUCTURE.has(key) ? value : next();
  if (Array.isArray(value)) return value.map((each) => attacked(each, next, key));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => {
    // Names of fields and parameters are said twice, as key and as text.
    if (name === "name" && key === "parameters" && "in" in value) return [name, each];
    return [name, attacked(each, next, name)];
  });
  if (key === "properties") entries.push([next(), { type: "string", description: next() }]);
  if (key === "put") entries.push(["x-extension", next()]);
  return Object.fromEntries(entries);
}

describe.skipIf(!hasBrowser)("docs pages of a hostile document", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  it("has many ways to attack", () => {
    expect(new Set(XSS_PAYLOADS).size).toBeGreaterThanOrEqual(140);
  });

  it("run nothing of what it says", { timeout: 1_200_000 }, async () => {
    const rounds = process.env["XSS_ROUNDS"] === "all" ? XSS_PAYLOADS.length : 5;
    const step = Math.ceil(XSS_PAYLOADS.length / rounds);
    let document: unknown;
    const server = await servePages(
      docsPages({ title: XSS_PAYLOADS.join("\n") }, () => JSON.stringify(document)),
    );
    const executed: string[] = [];
    const links: string[] = [];
    const violations = new Set<string>();
    try {
      for (let round = 0; round < rounds; round++) {
        let at = round * step;
        const texts = catalogue();
        document = attacked(texts, () => XSS_PAYLOADS[at++ % XSS_PAYLOADS.length]!);
        for (const [name, shown] of [
          ["docs", ".opblock-summary"],
          ["redoc", "#redoc h1, #redoc h2, #redoc h3"],
        ] as const) {
          const page = await browser.newPage();
          page.on("dialog", (dialog) => {
            executed.push(`${name}, round ${round}: ${dialog.message()}`);
            void dialog.dismiss();
          });
          page.on("console", (message) => {
            const directive = /directive: "?([a-z-]+)/.exec(message.text())?.[1];
            if (directive !== undefined) violations.add(directive);
          });
          await page.goto(`${server.origin}/${name}`);
          await page.waitForSelector(shown, { timeout: 20_000 });
          // Shown, as the text that it is.
          expect(await page.locator("body").innerText()).toContain("window.ran");
          // A link that is only odd leads nowhere: 204 keeps the page, where a request that fails would show another.
          await page.route("**/*", (route) =>
            route.request().isNavigationRequest() ? route.fulfill({ status: 204 }) : route.continue(),
          );
          for (const summary of await page.locator(".opblock-summary-control").all())
            await summary.click({ timeout: 2000 }).catch(() => undefined);
          for (const click of await page.getByText("click", { exact: true }).all())
            await click.click({ timeout: 200, noWaitAfter: true }).catch(() => undefined);
          await page.mouse.move(200, 200);
          await page.waitForTimeout(100);
          if ((await page.evaluate("window.ran")) !== undefined) executed.push(`${name}, round ${round}`);
          links.push(
            ...(await page.evaluate<string[]>(
              `[...document.querySelectorAll("a[href], form[action], iframe[src]")]
                .map((each) => each.href || each.action || each.src)
                .filter((target) => /^(javascript|vbscript|data:text)/i.test(String(target).trim()))`,
            )),
          );
          expect(new URL(page.url()).origin).toBe(server.origin);
          await page.close();
        }
      }
    } finally {
      await server.close();
    }
    expect(executed).toEqual([]);
    expect(links).toEqual([]);
    // What got as far as the policy would have run without it: only styles and images may be stopped there.
    if (process.env["XSS_ROUNDS"] !== undefined)
      console.info(`stopped by the policy: ${[...violations].join(", ") || "nothing"}`);
  });
});
