import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, launchBrowser } from "../../packages/waymark/src/docs/browser.fixture.ts";
import { BIG, BIG_DIGEST, DRIVERS, startTarget, type Target, THOUSAND } from "./target.ts";

describe.skipIf(!hasBrowser)("a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  describe.each(DRIVERS)("and %s", (server) => {
    let target: Target;
    let page: Page;
    beforeAll(async () => {
      target = await startTarget({ server });
      page = await browser.newPage();
      await page.goto(target.url);
    });
    afterAll(async () => {
      await page?.close();
      await target?.close();
    });

    it("asks often over few connections", async () => {
      target.connections();
      const answers = await page.evaluate(async () => {
        const ask = async (id: number): Promise<unknown> => (await fetch(`/items/${id}`)).json();
        const all: unknown[] = [];
        for (let id = 0; id < 20; id++) all.push(await ask(id));
        return [...all, ...(await Promise.all(Array.from({ length: 40 }, (_, i) => ask(20 + i))))];
      });
      expect(answers).toEqual(Array.from({ length: 60 }, (_, id) => ({ id, q: null })));
      // As many as it has for one origin.
      expect(target.connections()).toBeLessThanOrEqual(6);
    });

    it("sends and gets what is big", async () => {
      const said = await page.evaluate(async (size) => {
        const bytes = new Uint8Array(size).map((_, i) => i % 251);
        // `crypto.subtle` is there for localhost alone.
        const compare = (other: Uint8Array): boolean =>
          other.length === size && other.every((byte, i) => byte === bytes[i]);
        const post = (path: string): Promise<Response> => fetch(path, { method: "POST", body: bytes });
        return {
          upload: (await (await post("/digest")).json()) as unknown,
          echo: compare(new Uint8Array(await (await post("/echo")).arrayBuffer())),
          download: compare(new Uint8Array(await (await fetch("/big")).arrayBuffer())),
          pieces: await (await fetch("/pieces")).text(),
        };
      }, BIG.length);
      expect(said).toEqual({
        upload: { size: BIG.length, digest: BIG_DIGEST },
        echo: true,
        download: true,
        pieces: THOUSAND,
      });
    });

    it("reads a stream while it is being made, and may leave it", async () => {
      const pieces = await page.evaluate(async (name) => {
        const url = `/held/${name}`;
        const reader = (await fetch(url)).body!.getReader();
        const text = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
        const first = await text();
        await fetch(url, { method: "POST" });
        return [first, await text(), (await reader.read()).done];
      }, `browser-${server}`);
      expect(pieces).toEqual(["first ", "second", true]);
      const left = await page.evaluate(async (name) => {
        const controller = new AbortController();
        const response = await fetch(`/held/${name}`, { signal: controller.signal });
        await response.body!.getReader().read();
        controller.abort();
        return (await fetch("/items/5")).status;
      }, `left-${server}`);
      expect(left).toBe(200);
    });
  });
});
