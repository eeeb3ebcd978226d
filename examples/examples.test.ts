// Every command of README.md, asked of the application that its comment names.
import { readFileSync } from "node:fs";
import type { App } from "waymark";
import { describe, expect, it } from "vitest";
import { ask } from "../tests/markdown/ask.ts";
import { blocks, questions } from "../tests/markdown/blocks.ts";

const page = readFileSync(new URL("README.md", import.meta.url), "utf8");
const asked = blocks(page).flatMap(({ text }) => questions(text));

describe("examples/README.md", () => {
  it("has a command for every example", () => {
    expect(new Set(asked.map(({ of }) => of)).size).toBe(9);
  });

  it.each(asked)("$command ($of)", async (question) => {
    const file = question.of?.endsWith(".ts") ? `./${question.of}` : `./${question.of}/app.ts`;
    const { default: app } = (await import(file)) as { default: App };
    expect(await ask(app, question)).toBe(question.answer);
  });
});
