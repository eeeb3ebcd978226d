import { describe, expect, test } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { body, file, files, form, parts } from "../inputs/index.ts";
import type { Markers } from "../inputs/marker.ts";
import { told } from "../start-up-error.fixture.ts";

/** What start-up says of a function with these inputs. */
function mistakesOf(input: object): string[] {
  const app = new App();
  app.add({
    method: "POST",
    path: "/",
    endpoint: endpoint({ input: input as Markers }, () => "never") as never,
  });
  return told(() => app.routes());
}
const text = z.string();

describe("one body", () => {
  const readings = {
    body: body(z.object({})),
    form: form(text),
    group: form.all(z.object({})),
    file: file(),
    files: files(),
    parts: parts(),
  };
  const isForm = (name: string): boolean => ["form", "group", "file", "files"].includes(name);
  const pairs = Object.keys(readings).flatMap((one) =>
    Object.keys(readings).map((other) => [one, other] as const),
  );
  const good = pairs.filter(([one, other]) => one !== other && isForm(one) && isForm(other));
  const bad = pairs.filter(([one, other]) => one !== other && !(isForm(one) && isForm(other)));

  test.each(good)("may be read as %s and %s", (one, other) => {
    expect(mistakesOf({ a: readings[one as "form"], b: readings[other as "form"] })).toEqual([]);
  });
  test.each(bad)("cannot be read as %s and %s", (one, other) => {
    const found = mistakesOf({ a: readings[one as "form"], b: readings[other as "form"] });
    expect(found).toEqual([expect.stringMatching(/^WM218 'a' reads the body as .+, and 'b' as .+/)]);
  });

  test("is one for dependencies too", () => {
    const meta = dependency({ input: { meta: body(z.object({})) } }, ({ meta }) => meta);
    expect(mistakesOf({ photo: file(), meta })).toEqual([
      "WM218 'photo' reads the body as a form (form, file, files), and 'meta' as one value (body)",
    ]);
  });
});

test("a name is a field or a file", () => {
  expect(mistakesOf({ a: form(text, { name: "x" }), b: file({ name: "x" }) })).toEqual([
    "WM219 'x' of the form is read as a field and as a file",
  ]);
  expect(mistakesOf({ a: form.all(z.object({ x: text })), x: files() })).toHaveLength(1);
});

test("what a file may be is a media type or a range of them", () => {
  expect(mistakesOf({ a: file({ accept: ["image/*", "text/plain", "*/*"] }) })).toEqual([]);
  expect(mistakesOf({ a: file({ accept: ["image", ".png"] }) })).toEqual([
    "WM220 'image', which the file 'a' accepts, is not a media type",
    "WM220 '.png', which the file 'a' accepts, is not a media type",
  ]);
});

test("names are not empty, and one name has one schema", () => {
  expect(mistakesOf({ a: file({ name: "" }) })).toEqual(["WM209 '' cannot be the name of a file"]);
  expect(mistakesOf({ a: form(text, { name: "" }) })).toEqual(["WM209 '' cannot be the name of a form"]);
  expect(mistakesOf({ a: form(text), b: form(z.int(), { name: "a" }) })).toEqual([
    expect.stringMatching(/^WM502/),
  ]);
});

describe("a schema that no field can carry", () => {
  test.each<[what: string, marker: unknown]>([
    ["an array or a single value", form(z.union([text, z.array(text)]))],
    ["an array of objects", form(z.array(z.object({})))],
    ["an object or a single value", form(z.union([text, z.object({})]))],
    ["a style that forms do not have", form(z.array(text), { style: "simple" })],
    ["a group that is no object", form.all(text)],
  ])("is a mistake: %s", (_, marker) => {
    expect(mistakesOf({ it: marker })).toEqual([expect.stringMatching(/^WM501 .*'it'/)]);
  });
  test("is none where it can be JSON", () => {
    expect(
      mistakesOf({
        it: form(z.object({ all: z.array(z.object({})) })),
        other: form(z.object({}).nullable()),
      }),
    ).toEqual([]);
  });
});
