// The pages of the example's gateway in Chromium: the docs of both services, and the status page.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  hasBrowser,
  launchBrowser,
  openPage,
  type OpenedPage,
  saveScreenshot,
} from "../../packages/waymark/src/docs/browser.fixture.ts";
import { openDialog, operation, told, tryOut } from "../browser/swagger-ui.ts";
import { GatewayProcess, root } from "./gateway-process.ts";

describe.skipIf(!hasBrowser)("in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  let gateway: GatewayProcess;
  const opened: OpenedPage[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
    gateway = await GatewayProcess.start(root, "examples/behind-a-gateway/gateway.yaml");
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop("SIGKILL");
  });
  afterEach(async () => {
    for (const { page } of opened.splice(0)) await page.close();
  });
  const open = async (address: string): Promise<OpenedPage> => {
    const page = await openPage(browser, address);
    opened.push(page);
    return page;
  };

  it("shows the operations of both services on one page", async () => {
    const { page, complaints, outside } = await open(`${gateway.url}/docs`);
    await page.waitForSelector(".opblock-summary");
    expect(await page.locator(".info .title").innerText()).toContain("Shop");
    const tags = await page
      .locator(".opblock-tag")
      .evaluateAll((all) => all.map((each) => each.getAttribute("data-tag")));
    expect(tags).toEqual(["catalogue", "orders"]);
    expect(await operation(page, "get", "/products").count()).toBe(1);
    expect(await operation(page, "deprecated", "/bills/{bill}").count()).toBe(1);
    await saveScreenshot(page, "gateway-docs");
    expect(told(complaints)).toEqual([]);
    expect(outside).toEqual([]);
  });

  it("takes a key, and tries an alias out with it", async () => {
    const { page, complaints, outside } = await open(`${gateway.url}/docs`);
    await page.waitForSelector(".opblock-summary");
    const alias = operation(page, "deprecated", "/bills/{bill}");
    const dialog = await openDialog(page);
    const key = dialog.locator(".auth-container").filter({ hasText: "X-API-Key" });
    await key.locator("input").fill("demo-key");
    await key.getByRole("button", { name: "Apply credentials" }).click();
    await saveScreenshot(page, "gateway-authorize");
    await dialog.getByRole("button", { name: "Close" }).first().click();
    await alias.locator(".opblock-summary-control").click();
    await alias.getByRole("button", { name: "Try it out" }).click();
    await alias.locator("tr[data-param-name=bill] input").first().fill("1");
    await alias.getByRole("button", { name: "Execute" }).click();
    const reply = alias.locator(".live-responses-table");
    await reply.waitFor();
    expect(JSON.parse(await reply.locator(".highlight-code pre").first().innerText())).toMatchObject({
      number: 1,
      productId: "1",
    });
    expect(await reply.innerText()).toMatch(/deprecation:.*[^]*sunset:/);
    await saveScreenshot(page, "gateway-alias");
    expect(told(complaints)).toEqual([]);
    expect(outside).toEqual([]);
  });

  it("tries an operation of the other service out, which asks for nothing", async () => {
    const { page, complaints, outside } = await open(`${gateway.url}/docs`);
    await page.waitForSelector(".opblock-summary");
    const { status, body } = await tryOut(operation(page, "get", "/products"));
    expect([status, body]).toEqual(["200", expect.arrayContaining([expect.objectContaining({ id: "1" })])]);
    expect(told(complaints)).toEqual([]);
    expect(outside).toEqual([]);
  });

  it("has a status page that goes on by itself", async () => {
    const { page, complaints, outside } = await open(gateway.adminUrl);
    await page.getByText("catalogue").first().waitFor();
    await page.getByText("orders").first().waitFor();
    await fetch(`${gateway.url}/products/1`);
    await page.getByText("../catalogue/app.ts in this process").waitFor();
    await saveScreenshot(page, "gateway-status");
    await page.setViewportSize({ width: 375, height: 740 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(375);
    await saveScreenshot(page, "gateway-status-small");
    expect(complaints).toEqual([]);
    expect(outside).toEqual([]);
  });
});
