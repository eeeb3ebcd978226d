import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { application } from "./application.ts";
import { drivers, type Answer, type Driver } from "./drivers.ts";
import { ROWS } from "./requests.ts";
import type { Row } from "./requests/row.ts";

// One table of requests, asked in every way there is: each answer is what the table says, and all of them are the same.
let folder: string;
let all: Driver[];
const stray: unknown[] = [];
const onStray = (error: unknown): void => void stray.push(error);

beforeAll(async () => {
  process.on("unhandledRejection", onStray);
  folder = await mkdtemp(join(tmpdir(), "conformance-"));
  const file = join(folder, "hello.txt");
  await writeFile(file, "hello files");
  all = await drivers(() => application(file));
});

afterAll(async () => {
  await Promise.all(all.map(({ close }) => close()));
  await rm(folder, { recursive: true });
  process.off("unhandledRejection", onStray);
});

describe.each(ROWS.map((row, index) => ({ row, title: `${index} ${titleOf(row)}` })))("$title", ({ row }) => {
  it("is answered alike by every driver", async () => {
    const asked = all.filter(({ name }) => row.notByFetch === undefined || name !== "app.fetch");
    const answers = await Promise.all(asked.map(async ({ name, ask }) => [name, await ask(row)] as const));
    for (const [name, answer] of answers) check(name, row, answer);
    const [[, first]] = answers as [(typeof answers)[number]];
    for (const [name, answer] of answers) expect({ name, ...answer }).toEqual({ name, ...first });
  });
});

it("leaves no rejection to the process", async () => {
  await new Promise((resolve) => setImmediate(resolve));
  expect(stray).toEqual([]);
});

function check(name: string, row: Row, { status, body, fields }: Answer): void {
  expect([name, status, status === row.status ? "" : body]).toEqual([name, row.status, ""]);
  if (typeof row.says === "string" && !isJsonText(row.says, fields)) expect(body).toBe(row.says);
  else if (row.says !== undefined) expect(JSON.parse(body)).toMatchObject(asMatched(row.says));
  if (row.detail !== undefined) expect(JSON.parse(body)).toMatchObject({ detail: row.detail });
  for (const [field, value] of Object.entries(row.fields ?? {})) expect([field, fields[field] ?? null]).toEqual([field, value]); // prettier-ignore
  expect(body).not.toContain("SECRET");
}

/** A plain text that a function returned is JSON: quotes and all. */
function isJsonText(said: string, fields: Answer["fields"]): boolean {
  return fields["content-type"] === "application/json" && said !== "" && !/^[{[]|^null$/.test(said);
}

function asMatched(said: unknown): any {
  return typeof said === "object" && said !== null ? said : expect.toSatisfy((value) => value === said);
}

function titleOf({ ask, headers = {} }: Row): string {
  const names = Object.keys(headers);
  return ask.slice(0, 80) + (names.length === 0 || names.length > 3 ? "" : ` with ${names.join(", ")}`);
}
