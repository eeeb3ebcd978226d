import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "vitest";
import { serve, type App, type Running } from "waymark";
import {
  hasBrowser,
  launchBrowser,
  openPage,
  type OpenedPage,
} from "../../packages/waymark/src/docs/browser.fixture.ts";

/** An application that is served anew for each test, and the pages that the test opened. */
export class Served {
  readonly server: "wire" | "node-http";
  readonly #app: App;
  readonly #browser: () => Browser;
  /** What the test opened. */
  readonly opened: OpenedPage[] = [];
  #running: Running | undefined;

  constructor(app: App, server: Served["server"], browser: () => Browser) {
    this.#app = app;
    this.server = server;
    this.#browser = browser;
  }

  /** Where it is: "http://127.0.0.1:41234". */
  get url(): string {
    return this.#running!.url;
  }

  /** Opens a path, or another address, in a page of its own, which is closed after the test. */
  async open(path: string): Promise<OpenedPage> {
    const opened = await openPage(this.#browser(), path.startsWith("/") ? this.url + path : path);
    this.opened.push(opened);
    return opened;
  }

  async start(port = 0): Promise<void> {
    this.#running = await serve(this.#app, { port, server: this.server, signals: false });
  }
  async stop(): Promise<void> {
    await this.#running?.close();
    this.#running = undefined;
  }
  /** Away for a moment, and back at the same address. */
  async restart(): Promise<void> {
    const port = Number(new URL(this.url).port);
    await this.stop();
    await this.start(port);
  }
  async end(): Promise<void> {
    for (const { page } of this.opened.splice(0)) await page.close();
    await this.stop();
  }
}

/** Tests of an application in Chromium, on each of Node's servers; skipped where there is no browser. */
export function inBrowser(app: App, tests: (served: Served) => void): void {
  let browser: Browser;
  beforeAll(async () => {
    if (hasBrowser) browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  describe.skipIf(!hasBrowser).each(["wire", "node-http"] as const)(
    "in a browser, served by %s",
    { timeout: 60_000 },
    (server) => {
      const served = new Served(app, server, () => browser);
      beforeEach(() => served.start());
      afterEach(() => served.end());
      tests(served);
    },
  );
}

/** Nothing on the console, and no request that leaves the origin. */
export function expectQuiet({ complaints, outside }: OpenedPage): void {
  expect(complaints).toEqual([]);
  expect(outside).toEqual([]);
}
