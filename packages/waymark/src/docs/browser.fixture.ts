import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Tests of a browser are skipped where there is none. */
export const hasBrowser: boolean = existsSync(executablePath);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox", // which a container's root cannot have
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      // Requests of the browser itself.
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface OpenedPage {
  readonly page: Page;
  /** What it wrote to the console, threw, and asked people in dialogs. */
  readonly complaints: readonly string[];
  /** Addresses of other origins that it asked for. */
  readonly outside: readonly string[];
}

/** Opens an address in a page of its own. */
export async function openPage(browser: Browser, address: string): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  const complaints: string[] = [];
  const outside: string[] = [];
  const { origin } = new URL(address);
  page.on(
    "console",
    (message) => message.type() !== "log" && complaints.push(`${message.type()}: ${message.text()}`),
  );
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin)
      outside.push(request.url());
  });
  await page.goto(address);
  return { page, complaints, outside };
}

/** SCREENSHOTS=directory keeps what the pages looked like. */
export async function saveScreenshot(page: Page, name: string): Promise<void> {
  const directory = process.env["SCREENSHOTS"];
  if (directory !== undefined) await page.screenshot({ path: `${directory}/${name}.png` });
}
