// The single-page example in a browser: links into it from outside, its own routes, and what it does not have.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import app from "../../examples/single-page-app/app.ts";
import { saveScreenshot, type OpenedPage } from "../../packages/waymark/src/docs/browser.fixture.ts";
import { expectQuiet, inBrowser } from "./in-browser.ts";

describe("a single-page application", () => {
  inBrowser(app, (served) => {
    let opened: OpenedPage;
    const open = async (path: string): Promise<Page> => {
      opened = await served.open(path);
      await opened.page.waitForSelector("main > *");
      return opened.page;
    };
    const heading = (page: Page): Promise<string> => page.locator("h1").innerText();

    it("opens at a path that only the page knows, and goes on from there", async () => {
      const page = await open("/places/lighthouse?from=mail");
      expect(await heading(page)).toBe("Lighthouse");
      expect(
        await page.evaluate(`getComputedStyle(document.querySelector("header")).borderBottomWidth`),
      ).toBe("2px");
      await saveScreenshot(page, `${served.server}-spa-deep-link`);
      await page.getByText("Back").click();
      await page.getByText("Harbour").click();
      await page.waitForURL("**/places/harbour");
      await page.getByText("Where the ferries leave.").waitFor();
      await page.reload();
      await page.getByText("Where the ferries leave.").waitFor();
      await page.goBack();
      await page.getByText("All places").waitFor();
      expectQuiet(opened);
    });

    it("keeps its files for good, and asks about its page every time", async () => {
      const page = await open("/");
      const cached = await page.evaluate(async () => {
        const cache = async (path: string) => (await fetch(path)).headers.get("cache-control");
        return [await cache("/assets/app-7b3e.js"), await cache("/index.html")];
      });
      expect(cached).toEqual(["max-age=31536000, immutable", "no-cache"]);
    });

    it("gets an error and no page for a script that is not there", async () => {
      const page = await open("/");
      const missing = await page.evaluate(async () => {
        const reply = await fetch("/assets/missing.js");
        return [reply.status, reply.headers.get("content-type")];
      });
      expect(missing).toEqual([404, "application/problem+json"]);
      const loaded = await page.evaluate(`new Promise((resolve) => {
        const script = document.createElement("script");
        script.onload = () => resolve("loaded");
        script.onerror = () => resolve("failed");
        script.src = "/assets/also-missing";
        document.head.append(script);
      })`);
      expect(loaded).toBe("failed");
    });
  });
});
