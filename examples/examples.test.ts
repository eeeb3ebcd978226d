// Every command of README.md, asked of the application that its comment names; and what every application documents.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { App } from "waymark";
import { describe, expect, it } from "vitest";
import { lintErrors } from "../packages/waymark/src/openapi/lint-document.fixture.ts";
import { ask } from "../tests/markdown/ask.ts";
import { blocks, questions } from "../tests/markdown/blocks.ts";

const asked = blocks(textOf("README.md")).flatMap(({ text }) => questions(text));
const files = [...new Set(asked.map(({ of }) => fileOf(of)))];

describe("examples/README.md", () => {
  it("has a command for every example", () => {
    expect(files).toHaveLength(9);
  });

  it.each(asked)("$command ($of)", async (question) => {
    expect(await ask(await load(fileOf(question.of)), question)).toBe(question.answer);
  });
});

describe("the documents of the examples", () => {
  it("pass Redocly's recommended rules", { timeout: 60_000 }, async () => {
    const documents = await Promise.all(
      files.map(async (file) => [file, (await load(file)).openapi()] as const),
    );
    expect(await lintErrors(new Map(documents))).toEqual([]);
  });
});

describe("profile-versions", () => {
  it("leaves version 2 as it was when the entry of version 1 is deleted", async () => {
    const both = (await load("profile-versions/app.ts")).openapi();
    const one = (await loadText(withoutVersion1(textOf("profile-versions/app.ts")))).openapi();
    expect(Object.keys(both.paths)).toEqual(["/v2/profiles/{userId}", "/v1/profiles/{userId}"]);
    expect(Object.keys(one.paths)).toEqual(["/v2/profiles/{userId}"]);
    expect(one.paths["/v2/profiles/{userId}"]!.get!.operationId).toBe("readProfile");
    expect(both.paths["/v2/profiles/{userId}"]).toMatchObject(one.paths["/v2/profiles/{userId}"]!);
  });
});

function textOf(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

/** "catalogue" is its app.ts. */
function fileOf(of: string | undefined): string {
  return of?.endsWith(".ts") ? of : `${of}/app.ts`;
}

async function load(file: string): Promise<App> {
  const { href } = new URL(file, import.meta.url);
  return ((await import(href)) as { default: App }).default;
}

async function loadText(text: string): Promise<App> {
  mkdirSync(new URL(".cache", import.meta.url), { recursive: true });
  writeFileSync(new URL(".cache/app.ts", import.meta.url), text);
  return load(".cache/app.ts");
}

function withoutVersion1(text: string): string {
  const entry = /^ {2}"GET \/v1\/[^]*?^ {2}\},\n/m;
  expect(text).toMatch(entry);
  return text.replace(entry, "");
}
