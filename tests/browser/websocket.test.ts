// The chat example in two browsers: what is said in one is read in the other.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serve, type Running } from "waymark";
import app from "../../examples/chat/app.ts";
import {
  hasBrowser,
  launchBrowser,
  openPage,
  saveScreenshot,
  type OpenedPage,
} from "../../packages/waymark/src/docs/browser.fixture.ts";

const PATIENCE = { timeout: 10_000 };

describe.skipIf(!hasBrowser)("the chat in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  describe.each(["wire", "node-http"] as const)("served by %s", (server) => {
    let running: Running;
    let opened: OpenedPage[] = [];
    beforeEach(async () => {
      running = await serve(app, { port: 0, server, signals: false });
    });
    afterEach(async () => {
      for (const { page } of opened) await page.close();
      opened = [];
      await running.close();
    });

    const join = async (name: string, room = "lobby"): Promise<Page> => {
      const each = await openPage(browser, running.url);
      opened.push(each);
      await each.page.fill("#name", name);
      await each.page.fill("#room", room);
      await each.page.click("#join button");
      return each.page;
    };
    const say = async (page: Page, text: string): Promise<void> => {
      await page.fill("#text", text);
      await page.click("#say button");
    };
    const stateOf = (page: Page) => (): Promise<string | null> => page.locator("#state").textContent();
    const lines = (page: Page): Promise<string[]> => page.locator("#lines li").allTextContents();

    it("two people talk, and see each other come and go", async () => {
      const ada = await join("Ada");
      await expect.poll(stateOf(ada), PATIENCE).toBe("Connected");
      const bob = await join("Bob");
      await expect.poll(stateOf(bob), PATIENCE).toBe("Connected");
      await say(ada, "Hello <b>Bob</b>");
      await bob.locator(".said").waitFor();
      await say(bob, "Grüße 😀");
      await ada.locator(".said").nth(1).waitFor();
      expect(await (await fetch(`${running.url}/rooms/lobby`)).json()).toEqual(["Ada", "Bob"]);
      await saveScreenshot(ada, `${server}-chat`);
      await bob.goto("about:blank");
      await ada.locator(".left").waitFor();
      expect(await lines(ada)).toEqual([
        "Ada joined",
        "Bob joined",
        "Ada: Hello <b>Bob</b>",
        "Bob: Grüße 😀",
        "Bob left",
      ]);
      expect(opened.flatMap(({ complaints }) => complaints)).toEqual([]);
    });

    it("a name that is taken, and a message that is too long, end the connection with the reason", async () => {
      const ada = await join("Ada");
      await expect.poll(stateOf(ada), PATIENCE).toBe("Connected");
      await expect
        .poll(stateOf(await join("Ada")), PATIENCE)
        .toBe("Closed 4409: Somebody in lobby is called Ada");
      await say(ada, "x".repeat(501));
      await expect
        .poll(stateOf(ada), PATIENCE)
        .toBe("Closed 1008: text: Too big: expected string to have <=500 characters");
    });

    it("a handshake that is refused is no connection", async () => {
      const page = await join("Ada", "x".repeat(51));
      await expect.poll(stateOf(page), PATIENCE).toBe("Closed 1006");
    });

    it("a page of another origin cannot connect", async () => {
      const other = await openPage(browser, "about:blank");
      opened.push(other);
      const outcome = await other.page.evaluate(
        (url) =>
          new Promise((resolve) => {
            const socket = new WebSocket(url);
            socket.onopen = () => resolve("open");
            socket.onerror = () => resolve("refused");
          }),
        `${running.url.replace("http", "ws")}/rooms/lobby?name=eve`,
      );
      expect(outcome).toBe("refused");
    });

    it("a server that stops says so", async () => {
      const ada = await join("Ada");
      await expect.poll(stateOf(ada), PATIENCE).toBe("Connected");
      await running.close();
      await expect.poll(stateOf(ada), PATIENCE).toBe("Closed 1001: The server is going away");
    });
  });
});
