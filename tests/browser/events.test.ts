// The example of live prices in a browser: its page follows a stream of events, and takes up again where it was.
import { describe, expect, it } from "vitest";
import app from "../../examples/live-prices/app.ts";
import { saveScreenshot } from "../../packages/waymark/src/docs/browser.fixture.ts";
import { inBrowser } from "./in-browser.ts";

const PATIENCE = { timeout: 15_000 };

describe("live prices", () => {
  inBrowser(app, (served) => {
    it("shows what comes, and goes on behind the last event when the server comes back", async () => {
      const { page, complaints, outside } = await served.open("/");
      const lines = (): Promise<string[]> => page.locator("#prices li").allTextContents();
      await expect.poll(async () => (await lines()).length, PATIENCE).toBeGreaterThan(4);
      const again = page.waitForRequest((request) => request.url().endsWith("/prices"), PATIENCE);
      await served.restart();
      const asked = await again;
      expect(Number(await asked.headerValue("last-event-id"))).toBeGreaterThan(4);
      const before = (await lines()).length;
      await expect.poll(async () => (await lines()).length, PATIENCE).toBeGreaterThan(before);
      // Nothing was told twice.
      expect((await lines()).filter((line) => line === "MAPS 9.9")).toEqual(["MAPS 9.9"]);
      await saveScreenshot(page, `${served.server}-live-prices`);
      expect(complaints.filter((each) => !/ERR_(CONNECTION_REFUSED|INCOMPLETE)/.test(each))).toEqual([]);
      expect(outside).toEqual([]);
    });
  });
});
