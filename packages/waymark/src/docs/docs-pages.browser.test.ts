import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { bearer } from "../security/bearer.ts";
import { emitDocument, lintEmitted } from "../openapi/emit-document.fixture.ts";
import { type PageServer, servePages } from "./serve-pages.fixture.ts";
import { hasBrowser, launchBrowser, openPage, saveScreenshot } from "./browser.fixture.ts";
import { docsPages } from "./docs-pages.ts";

const Item = z.object({ id: z.string(), price: z.number().min(0).default(1) }).meta({ id: "Item" });
const readItem = endpoint(
  {
    description: "Reads **one** item.",
    input: {
      itemId: path(z.string(), { description: "Catalogue number" }),
      limit: query(z.int().max(100).default(10)),
    },
    output: Item,
    errors: { 404: "No such item" },
  },
  () => undefined,
);
const createItem = endpoint(
  { input: { item: body(Item), token: bearer() }, output: Item, status: 201 },
  () => undefined,
);

function catalogue(openapiVersion: "3.1.1" | "3.2.0" = "3.1.1") {
  return emitDocument(
    (router) => {
      router.route(readItem, {
        "GET /items/{itemId}": { summary: "Read an item", tags: ["items"] },
        "GET /products/{productId}": { summary: "Read a product", tags: ["products"] },
      });
      router.post("/items", createItem, { summary: "Create an item", tags: ["items"] });
      router.query(
        "/items",
        endpoint({ input: { filter: body(z.string()) } }, () => undefined),
        { summary: "Search" },
      );
    },
    {
      title: "Catalogue",
      description: "All that we *sell*.",
      tags: [{ name: "items", description: "Things" }],
      openapiVersion,
    },
  );
}

const swaggerIsThere = (page: Page) => page.waitForSelector(".opblock-summary, .errors-wrapper");
const redocIsThere = (page: Page) => page.waitForSelector("#redoc h1");

describe.skipIf(!hasBrowser)("docs pages in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  const servers: PageServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  const started = async (...options: Parameters<typeof servePages>): Promise<PageServer> => {
    const server = await servePages(...options);
    servers.push(server);
    return server;
  };
  const serve = (document: object, prefix = "", answer?: (target: string) => unknown): Promise<PageServer> =>
    started(
      docsPages({ title: "Catalogue" }, () => JSON.stringify(document)),
      {
        prefix,
        other(request, response) {
          const value = answer?.(request.url!);
          if (value === undefined) return false;
          response.setHeader("content-type", "application/json").end(JSON.stringify(value));
          return true;
        },
      },
    );

  it.each(["3.1.1", "3.2.0"] as const)(
    "Swagger UI shows every route of a document of %s",
    async (version) => {
      const server = await serve(catalogue(version));
      const { page, complaints, outside } = await openPage(browser, `${server.origin}/docs`);
      await swaggerIsThere(page);
      expect(await page.title()).toBe("Catalogue · Swagger UI");
      const summaries = await page.locator(".opblock-summary-description").allTextContents();
      expect(summaries).toEqual(expect.arrayContaining(["Read an item", "Read a product", "Create an item"]));
      expect(summaries.includes("Search")).toBe(version === "3.2.0");
      await saveScreenshot(page, `docs-${version}`);
      expect(complaints).toEqual([]);
      expect(outside).toEqual([]);
      await page.close();
    },
  );

  it.each(["", "/behind/a/proxy"])("Swagger UI tries an operation out, below %j", async (prefix) => {
    const server = await serve(catalogue(), prefix, (target) =>
      target.startsWith(`${prefix}/products/`) ? { asked: target } : undefined,
    );
    const { page, complaints, outside } = await openPage(browser, `${server.origin}${prefix}/docs`);
    await page.getByText("Read a product").click();
    await page.getByRole("button", { name: "Try it out" }).click();
    await page.getByPlaceholder("productId").fill("a/b");
    await page.getByRole("button", { name: "Execute" }).click();
    const reply = page.locator(".live-responses-table .highlight-code").first();
    await reply.waitFor();
    expect(await reply.textContent()).toContain(`${prefix}/products/a%2Fb?limit=10`);
    await saveScreenshot(page, `docs-tried-out${prefix.replaceAll("/", "-")}`);
    expect(complaints).toEqual([]);
    expect(outside).toEqual([]);
    await page.close();
  });

  it("Swagger UI and ReDoc show the version that is chosen, and keep it in the address", async () => {
    const app = new App({ title: "Catalogue", versions: { by: "header", list: ["1", "2"] } });
    app.get("/first/{itemId}", readItem, { summary: "Read the old way", version: "1" });
    app.get("/items/{itemId}", readItem, { summary: "Read an item", version: "2" });
    const fetched = async (path: string) =>
      Buffer.from(await (await app.request(path)).arrayBuffer()).toString();
    const texts = await Promise.all(["/openapi/1.json", "/openapi/2.json"].map(fetched));
    const versions = texts.map((text, index) => ({
      name: `${index + 1}`,
      path: `/openapi/${index + 1}.json`,
      text,
    }));
    const server = await started(docsPages({ title: "Catalogue", versions, version: "2" }, () => texts[1]!));
    const { page, complaints } = await openPage(browser, `${server.origin}/docs`);
    await swaggerIsThere(page);
    const summaries = () => page.locator(".opblock-summary-description").allTextContents();
    expect(await summaries()).toEqual(["Read an item"]);
    await page.getByLabel("Version").selectOption("1");
    await page.getByText("Read the old way").waitFor();
    expect([await summaries(), new URL(page.url()).search]).toEqual([["Read the old way"], "?version=1"]);
    await saveScreenshot(page, "docs-version");
    // What it says of itself is the field of the request that "Try it out" sends.
    await page.getByText("Read the old way").click();
    expect(await page.locator("tr[data-param-name='Api-Version']").textContent()).toContain("1");
    await page.goto(`${server.origin}/redoc?version=1`);
    await page.getByText("Read the old way").first().waitFor();
    expect(await page.getByLabel("Version").inputValue()).toBe("1");
    await page.goto(`${server.origin}/redoc?version=%3Cimg%20src%3Dx%3E`);
    await page.getByText("Read an item").first().waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("Swagger UI works with a slash at the end, where a proxy or the app adds one", async () => {
    const pages = docsPages({ title: "Catalogue" }, () => JSON.stringify(catalogue()));
    const docs = pages.find((page) => page.path === "/docs")!;
    const server = await started([...pages, { ...docs, path: "/docs/" }]);
    const { page, complaints } = await openPage(browser, `${server.origin}/docs/`);
    await swaggerIsThere(page);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("ReDoc shows every route", async () => {
    const server = await serve(catalogue());
    const { page, complaints, outside } = await openPage(browser, `${server.origin}/redoc`);
    await redocIsThere(page);
    const headings = (await page.locator("#redoc h1, #redoc h2").allTextContents()).join("\n");
    for (const each of ["Catalogue", "Read an item", "Read a product", "Create an item"])
      expect(headings).toContain(each);
    await page.fill("input[placeholder='Search...']", "product");
    await page.waitForSelector("[data-role='search:results']");
    await saveScreenshot(page, "redoc");
    expect(complaints).toEqual([]);
    expect(outside).toEqual([]);
    await page.close();
  });

  it("runs nothing that the application says", async () => {
    const run = "window.ran = true; alert(1)";
    const payloads = [
      `<img src=x onerror="${run}">`,
      `<script>${run}</script>`,
      `"><svg onload="${run}">`,
      `[click](javascript:${encodeURIComponent(run)})`,
      `</script><iframe srcdoc="<script>parent.ran = true</script>"></iframe>`,
    ];
    const all = payloads.join("\n\n");
    const document = emitDocument(
      (router) => {
        for (const [index, payload] of payloads.entries())
          router.get(
            `/${index}`,
            endpoint(
              {
                name: `operation${index}`,
                summary: payload,
                description: all,
                tags: [payload],
                input: { q: query(z.string().describe(payload), { name: payload, examples: [payload] }) },
                output: z.object({ [payload]: z.string().describe(payload) }),
                errors: { 404: payload },
              },
              () => undefined,
            ),
          );
      },
      { title: payloads[0]!, description: all, tags: payloads.map((name) => ({ name, description: all })) },
    );
    const pages = docsPages({ title: all }, () => JSON.stringify(document));
    const server = await started(pages);
    for (const [name, isThere] of [
      ["docs", swaggerIsThere],
      ["redoc", redocIsThere],
    ] as const) {
      const { page, complaints, outside } = await openPage(browser, `${server.origin}/${name}`);
      await isThere(page);
      for (const summary of await page.locator(".opblock-summary-control").all()) await summary.click();
      for (const link of await page.locator("a", { hasText: /^click$/ }).all())
        await link.click({ timeout: 500 }).catch(() => undefined);
      await page.waitForTimeout(500);
      expect(await page.evaluate("window.ran")).toBeUndefined();
      expect(complaints.filter((each) => each.startsWith("dialog"))).toEqual([]);
      expect(outside).toEqual([]);
      await saveScreenshot(page, `hostile-${name}`);
      await page.close();
    }
  });

  it("emits nothing that the linter objects to", async () => {
    const problems = await lintEmitted();
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
