import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import type { Part, Parts } from "../http/parts.ts";
import type { UploadedFile } from "../http/uploaded-file.ts";
import { constant, file, files, form, parts, path } from "./index.ts";
import type { ValueOf } from "./input.ts";

const store = endpoint(
  {
    input: {
      title: form(z.string()),
      photo: file(),
      cover: file({ optional: true }),
      pages: files(),
      all: form.all(z.object({ a: z.int() })),
    },
  },
  (inputs) => inputs,
);

test("each input gives what its marker says", () => {
  expectTypeOf(store).parameter(0).toExtend<object>();
  type Inputs = Parameters<typeof store>[0];
  expectTypeOf<Inputs["title"]>().toEqualTypeOf<string>();
  expectTypeOf<Inputs["photo"]>().toEqualTypeOf<UploadedFile>();
  expectTypeOf<Inputs["cover"]>().toEqualTypeOf<UploadedFile | undefined>();
  expectTypeOf<Inputs["pages"]>().toEqualTypeOf<UploadedFile[]>();
  expectTypeOf<Inputs["all"]>().toEqualTypeOf<{ a: number }>();
});

test("a file is absent only where its options may say so", () => {
  const without = file({ accept: ["image/*"], maxSize: 5 });
  const never = file({ optional: false });
  const perhaps = file({ optional: true as boolean });
  expectTypeOf<ValueOf<typeof without>>().toEqualTypeOf<UploadedFile>();
  expectTypeOf<ValueOf<typeof never>>().toEqualTypeOf<UploadedFile>();
  expectTypeOf<ValueOf<typeof perhaps>>().toEqualTypeOf<UploadedFile | undefined>();
});

test("parts are told apart by their kind", () => {
  const all = parts();
  expectTypeOf<ValueOf<typeof all>>().toEqualTypeOf<Parts>();
  const look = (part: Part): string => (part.kind === "file" ? part.fileName : part.name);
  expectTypeOf(look).returns.toBeString();
  // @ts-expect-error: a field has no name of a file
  const wrong = (part: Part): string => part.fileName;
  void wrong;
});

test("options that do not exist are refused", () => {
  // @ts-expect-error: "maxsize"
  file({ maxsize: 5 });
  // @ts-expect-error: one file has no minimum
  file({ min: 1 });
  // @ts-expect-error: several files are never undefined
  files({ optional: true });
  // @ts-expect-error: a group has no property "b"
  form.all(z.object({ a: z.int() }), { names: { b: "c" } });
});

test("routes rename fields and files, and bind other sources to them", () => {
  const app = new App();
  app.post("/a", store, { bind: { title: "name", photo: "picture", cover: constant(undefined) } });
  app.post("/a/{title}", store, { bind: { title: path(z.string()) } });
  app.post("/b", store, { bind: { cover: file() } });
  // @ts-expect-error: 'photo' is another type, what is bound to it gives another type or undefined
  app.post("/c", store, { bind: { photo: file({ optional: true }) } });
  // @ts-expect-error: 'title' is string, what is bound to it gives number
  app.post("/d", store, { bind: { title: form(z.int()) } });
  // @ts-expect-error: 'all' has no name on the wire: bind a source to it
  app.post("/e", store, { bind: { all: "x" } });
});
