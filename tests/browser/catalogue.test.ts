// The catalogue example, served as `npm start` serves it, used by a person with a browser.
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import app from "../../examples/catalogue/app.ts";
import { saveScreenshot, type OpenedPage } from "../../packages/waymark/src/docs/browser.fixture.ts";
import { expectQuiet, inBrowser } from "./in-browser.ts";

const TITLES = ["Read a product", "Read an item", "Read the newest product", "Read a product (version 1)"];

describe("the catalogue", () => {
  inBrowser(app, (served) => {
    let opened: OpenedPage;
    const openDocs = async (): Promise<Page> => {
      opened = await served.open("/docs");
      await opened.page.waitForSelector(".opblock-summary");
      return opened.page;
    };

    it("Swagger UI lists every route of a function, and the deprecated one as such", async () => {
      const page = await openDocs();
      const summaries = await page.locator(".opblock-summary-description").allTextContents();
      expect(summaries).toEqual(expect.arrayContaining(TITLES));
      const deprecated = await page
        .locator(".opblock-deprecated .opblock-summary-description")
        .allTextContents();
      expect(deprecated).toEqual(["Read a product (version 1)"]);
      await saveScreenshot(page, `${served.server}-docs`);
      expectQuiet(opened);
    });

    it("'Try it out' gets the answer of each of two aliases, by its own name", async () => {
      const page = await openDocs();
      const product = await tryOut(operation(page, "Read a product"), { productId: "1" });
      const item = await tryOut(operation(page, "Read an item"), { itemId: "2" });
      await saveScreenshot(page, `${served.server}-two-aliases`);
      expect(product).toEqual({
        url: `${served.url}/products/1`,
        status: "200",
        body: { id: "1", name: "Compass", price: 24.5, tags: ["navigation"] },
      });
      expect(item).toEqual({
        url: `${served.url}/items/2`,
        status: "200",
        body: { id: "2", name: "Lantern", price: 18, tags: ["light", "camp"] },
      });
      expectQuiet(opened);
    });

    it("'Authorize' with a token opens what needs one", async () => {
      const page = await openDocs();
      await page.getByRole("button", { name: "Authorize" }).first().click();
      await page.locator(".auth-container input").fill("bob-token");
      await saveScreenshot(page, `${served.server}-authorize`);
      await page.locator(".auth-btn-wrapper").getByRole("button", { name: "Apply credentials" }).click();
      await page.locator(".auth-btn-wrapper").getByRole("button", { name: "Close" }).click();
      const me = await tryOut(operation(page, "Who am I"), {});
      expect(me).toMatchObject({ status: "200", body: { name: "Bob", editor: false } });
      await saveScreenshot(page, `${served.server}-authorized`);
      expectQuiet(opened);
    });

    it("ReDoc shows every route of a function", async () => {
      opened = await served.open("/redoc");
      const { page } = opened;
      await page.waitForSelector("#redoc h1");
      const headings = (await page.locator("#redoc h2").allInnerTexts()).join("\n");
      for (const title of TITLES) expect(headings).toContain(title);
      await saveScreenshot(page, `${served.server}-redoc`);
      expectQuiet(opened);
    });
  });
});

function operation(page: Page, summary: string): Locator {
  const exactly = page.locator(".opblock-summary-description").getByText(summary, { exact: true });
  return page.locator(".opblock").filter({ has: exactly });
}

/** Opens an operation, fills in its parameters by name, executes it, and tells what came back. */
async function tryOut(block: Locator, parameters: Record<string, string>) {
  await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Try it out" }).click();
  for (const [name, value] of Object.entries(parameters)) await block.getByPlaceholder(name).fill(value);
  await block.getByRole("button", { name: "Execute" }).click();
  const reply = block.locator(".live-responses-table");
  await reply.waitFor();
  return {
    url: await block.locator(".request-url pre").innerText(),
    status: (await reply.locator(".response-col_status").last().innerText()).split("\n")[0]!,
    body: JSON.parse(await reply.locator(".highlight-code pre").first().innerText()) as unknown,
  };
}
