// The chat example in two browsers: what is said in one is read in the other.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import app from "../../examples/chat/app.ts";
import { saveScreenshot } from "../../packages/waymark/src/docs/browser.fixture.ts";
import { inBrowser } from "./in-browser.ts";

const PATIENCE = { timeout: 10_000 };

describe("the chat", () => {
  inBrowser(app, (served) => {
    const join = async (name: string, room = "lobby"): Promise<Page> => {
      const { page } = await served.open("/");
      await page.fill("#name", name);
      await page.fill("#room", room);
      await page.click("#join button");
      return page;
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
      expect(await (await fetch(`${served.url}/rooms/lobby`)).json()).toEqual(["Ada", "Bob"]);
      await saveScreenshot(ada, `${served.server}-chat`);
      await bob.goto("about:blank");
      await ada.locator(".left").waitFor();
      expect(await lines(ada)).toEqual([
        "Ada joined",
        "Bob joined",
        "Ada: Hello <b>Bob</b>",
        "Bob: Grüße 😀",
        "Bob left",
      ]);
      expect(served.opened.flatMap(({ complaints }) => complaints)).toEqual([]);
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
      const other = await served.open("about:blank");
      const outcome = await other.page.evaluate(
        (url) =>
          new Promise((resolve) => {
            const socket = new WebSocket(url);
            socket.onopen = () => resolve("open");
            socket.onerror = () => resolve("refused");
          }),
        `${served.url.replace("http", "ws")}/rooms/lobby?name=eve`,
      );
      expect(outcome).toBe("refused");
    });

    it("a server that stops says so", async () => {
      const ada = await join("Ada");
      await expect.poll(stateOf(ada), PATIENCE).toBe("Connected");
      await served.stop();
      await expect.poll(stateOf(ada), PATIENCE).toBe("Closed 1001: The server is going away");
    });
  });
});
