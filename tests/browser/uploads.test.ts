// A form with files, filled in and sent by a person with a browser: in Swagger UI, and on a page of plain HTML.
import type { Browser } from "playwright-core";
import { App, endpoint, file, files, form, reply, serve, type Running } from "waymark";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import app from "../../examples/uploads/app.ts";
import {
  hasBrowser,
  launchBrowser,
  openPage,
  saveScreenshot,
  type OpenedPage,
} from "../../packages/waymark/src/docs/browser.fixture.ts";

const textFile = (name: string, content: string): { name: string; mimeType: string; buffer: Buffer } => ({
  name,
  mimeType: "text/plain",
  buffer: Buffer.from(content),
});

const PAGE = `<!doctype html><title>Form</title>
<form method="post" action="/plain"><input name="title"><input name="count"><button id="plain">Send</button></form>
<form method="post" action="/files" enctype="multipart/form-data">
<input name="title"><input name="count"><input type="file" name="photo"><input type="file" name="other">
<button id="files">Send</button></form>`;

function pages(): App {
  const pages = new App({ docs: false, redoc: false });
  const fields = { title: form(z.string()), count: form(z.int().default(1)) };
  const answer = (values: object): ReturnType<typeof reply.text> => reply.text(JSON.stringify(values));
  pages.get("/", () => reply.html(PAGE));
  pages.post("/plain", endpoint({ name: "plain", input: fields }, answer));
  pages.post(
    "/files",
    endpoint(
      { name: "files", input: { ...fields, photo: file(), other: file({ optional: true }) } },
      async ({ photo, other, ...values }) =>
        answer({
          ...values,
          photo: [photo.clientName, photo.type, await photo.text()],
          other: other?.name ?? null,
        }),
    ),
  );
  return pages;
}

describe.skipIf(!hasBrowser)("uploads from a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  let running: Running;
  let opened: OpenedPage;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterEach(async () => {
    await opened.page.close();
    await running.close();
  });
  afterAll(() => browser?.close());

  it("Swagger UI offers a file for a file, and sends the form", async () => {
    running = await serve(app, { port: 0, signals: false });
    opened = await openPage(browser, `${running.url}/docs`);
    const { page } = opened;
    await page.waitForSelector(".opblock-summary");
    const operation = page.locator(".opblock", { hasText: "Apply for a position" });
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation.locator("textarea").first().fill('{"name":"Ada","email":"ada@example.com"}');
    const letter = operation
      .locator('tr[data-property-name="letter"], tr:has-text("letter")')
      .locator('input[type="file"]');
    await letter.first().setInputFiles(textFile("letter.txt", "I bake."));
    await saveScreenshot(page, "uploads-form");
    await operation.getByRole("button", { name: "Execute" }).click();
    const status = operation.locator(".live-responses-table .response-col_status").last();
    await status.waitFor();
    await saveScreenshot(page, "uploads-answer");
    expect(await status.innerText()).toContain("200");
    expect(
      await operation.locator(".live-responses-table .response-col_description pre").first().innerText(),
    ).toContain("I bake.");
    // It looks for a component that it does not have before it takes the one for any text.
    const complaints = opened.complaints.filter((each) => !each.endsWith("JsonSchema_string_binary"));
    expect([complaints, opened.outside]).toEqual([[], []]);
  });

  it("Swagger UI sends nothing for files that nobody has chosen", async () => {
    const optional = new App({ title: "Optional", redoc: false });
    const input = {
      one: file({ optional: true }),
      some: files({ min: 0 }),
      text: form(z.string().optional()),
    };
    optional.post(
      "/optional",
      endpoint({ name: "optional", input }, ({ one, some, text }) => [
        one === undefined,
        some.length,
        text ?? null,
      ]),
    );
    running = await serve(optional, { port: 0, signals: false });
    opened = await openPage(browser, `${running.url}/docs`);
    const operation = opened.page.locator(".opblock");
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation.getByRole("button", { name: "Execute" }).click();
    const table = operation.locator(".live-responses-table");
    await table.waitFor();
    await saveScreenshot(opened.page, "uploads-none");
    expect(await table.locator(".response-col_status").last().innerText()).toContain("200");
    expect(JSON.parse(await table.locator(".highlight-code pre").first().innerText())).toEqual([
      true,
      0,
      "string",
    ]);
  });

  it.each(["wire", "node-http"] as const)(
    "forms of plain HTML come as they were filled in (%s)",
    async (server) => {
      running = await serve(pages(), { port: 0, signals: false, server });
      opened = await openPage(browser, running.url);
      const { page } = opened;
      const filled = async (index: number, values: Record<string, string>): Promise<void> => {
        for (const [name, value] of Object.entries(values))
          await page.locator("form").nth(index).locator(`[name=${name}]`).fill(value);
      };
      const sent = async (button: string): Promise<unknown> => {
        await page.locator(button).click();
        await page.waitForURL(/plain|files/);
        return JSON.parse(await page.locator("body").innerText()) as unknown;
      };
      await filled(0, { title: "ä & b=c", count: "" });
      expect(await sent("#plain")).toEqual({ title: "ä & b=c", count: 1 });
      await page.goto(running.url);
      await filled(1, { title: '"ä"', count: "3" });
      await page.locator("[name=photo]").setInputFiles(textFile('quo"te ü.txt', "hello\r\n--"));
      expect(await sent("#files")).toEqual({
        title: '"ä"',
        count: 3,
        photo: ['quo"te ü.txt', "text/plain", "hello\r\n--"],
        other: null,
      });
    },
  );
});
