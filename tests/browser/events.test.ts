// The example of live prices in a browser: its page follows a stream of events, and takes up again where it was.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serve, type Running } from "waymark";
import app from "../../examples/live-prices/app.ts";
import {
  hasBrowser,
  launchBrowser,
  openPage,
  saveScreenshot,
} from "../../packages/waymark/src/docs/browser.fixture.ts";

const PATIENCE = { timeout: 15_000 };

describe.skipIf(!hasBrowser)("live prices in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  describe.each(["wire", "node-http"] as const)("served by %s", (server) => {
    let running: Running;
    beforeEach(async () => {
      running = await serve(app, { port: 0, server, signals: false });
    });
    afterEach(() => running.close());

    it("shows what comes, and goes on behind the last event when the server comes back", async () => {
      const { page, complaints, outside } = await openPage(browser, `${running.url}/`);
      const lines = (): Promise<string[]> => page.locator("#prices li").allTextContents();
      await expect.poll(async () => (await lines()).length, PATIENCE).toBeGreaterThan(4);
      const again = page.waitForRequest((request) => request.url().endsWith("/prices"), PATIENCE);
      const port = Number(new URL(running.url).port);
      await running.close();
      running = await serve(app, { port, server, signals: false });
      const asked = await again;
      expect(Number(await asked.headerValue("last-event-id"))).toBeGreaterThan(4);
      const before = (await lines()).length;
      await expect.poll(async () => (await lines()).length, PATIENCE).toBeGreaterThan(before);
      // Nothing was told twice.
      expect((await lines()).filter((line) => line === "MAPS 9.9")).toEqual(["MAPS 9.9"]);
      await saveScreenshot(page, `${server}-live-prices`);
      expect(complaints.filter((each) => !/ERR_(CONNECTION_REFUSED|INCOMPLETE)/.test(each))).toEqual([]);
      expect(outside).toEqual([]);
      await page.close();
    });
  });
});
