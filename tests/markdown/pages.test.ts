// Every page of the documentation: its TypeScript blocks run, its curl commands print what the page says.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { App } from "waymark";
import { describe, expect, it } from "vitest";
import { lintErrors } from "../../packages/waymark/src/openapi/lint-document.fixture.ts";
import { ask } from "./ask.ts";
import { blocks, questions, type Block } from "./blocks.ts";

const root = join(import.meta.dirname, "../..");
const scratch = join(import.meta.dirname, ".cache");
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name, steps: stepsOf(readFileSync(join(root, name), "utf8")) }))
  .filter(({ steps }) => steps.length > 0);

function stepsOf(page: string): Block[] {
  return blocks(page).filter(
    ({ language, flags }) => (language === "ts" || language === "console") && !flags.includes("no-run"),
  );
}

/** What the applications of the pages say about themselves, by page and line. */
const documents = new Map<string, unknown>();

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });

describe.each(pages)("$name", ({ name, steps }) => {
  let app: App | undefined;

  // the first block loads the framework
  it.each(steps)("line $line: $language", { timeout: 30_000 }, async ({ language, text, line }) => {
    if (language === "ts") {
      const file = join(scratch, `${name.replaceAll(/\W/g, "-")}-${line}.ts`);
      writeFileSync(file, text);
      const module = (await import(pathToFileURL(file).href)) as { default?: App };
      app = module.default;
      if (app !== undefined) documents.set(`${name}, line ${line}`, app.openapi());
      return;
    }
    for (const question of questions(text)) {
      if (app === undefined)
        throw new Error(`line ${line} asks an application, but no block before it exports one`);
      expect(await ask(app, question), question.command).toBe(question.answer);
    }
  });
});

describe("the OpenAPI documents of the pages", () => {
  it("pass Redocly's recommended rules", { timeout: 180_000 }, async () => {
    expect(documents.size).toBeGreaterThan(5);
    expect(await lintErrors(documents)).toEqual([]);
  });
});
