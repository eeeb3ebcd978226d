// What a person does with the pages of Swagger UI.
import type { Locator, Page } from "playwright-core";

/** Chromium's advice about fields for passwords, which are Swagger UI's own matter, aside. */
export function told(complaints: readonly string[]): string[] {
  return complaints.filter((each) => !each.startsWith("verbose: [DOM]"));
}

export async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Authorize" }).first().click();
  const dialog = page.locator(".modal-ux");
  await dialog.waitFor();
  return dialog;
}

/** Those that are deprecated do not bear their method: `method` is "deprecated" then. */
export function operation(page: Page, method: string, path: string): Locator {
  const here = page.locator(`[data-path="${path}"]`);
  return page.locator(`.opblock-${method}`).filter({ has: here });
}

/** Opens an operation, executes it, and tells what came back. */
export async function tryOut(block: Locator): Promise<{ status: string; body: unknown }> {
  await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Try it out" }).click();
  await block.getByRole("button", { name: "Execute" }).click();
  const reply = block.locator(".live-responses-table");
  await reply.waitFor();
  return {
    status: (await reply.locator(".response-col_status").last().innerText()).split("\n")[0]!,
    body: JSON.parse(await reply.locator(".highlight-code pre").first().innerText()) as unknown,
  };
}
