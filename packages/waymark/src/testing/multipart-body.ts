import type { FieldValue, PartValue, TestFile, TestRequest } from "./options.ts";

/** The parts of a form as `fetch` takes them. */
export function multipartBody(parts: NonNullable<TestRequest["multipart"]>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts))
    for (const each of Array.isArray(value)
      ? (value as readonly PartValue[])
      : [value as PartValue | undefined])
      if (each !== undefined) append(form, name, each);
  return form;
}

function append(form: FormData, name: string, value: PartValue): void {
  if (value instanceof Blob) return form.append(name, value, nameOf(value));
  if (value instanceof Uint8Array) return append(form, name, { content: value });
  if (typeof value !== "object") return form.append(name, String(value));
  const { content, name: fileName = "file", type = typeOf(content) } = value;
  form.append(name, new Blob([content as string | Uint8Array<ArrayBuffer>], { type }), fileName);
}

function nameOf(file: Blob): string {
  return "name" in file && typeof file.name === "string" ? file.name : "file";
}

function typeOf(content: TestFile["content"]): string {
  return typeof content === "string" ? "text/plain" : "application/octet-stream";
}

/** The fields of a form as they stand in a query. */
export function urlencodedBody(fields: NonNullable<TestRequest["form"]>): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const each of Array.isArray(value)
      ? (value as readonly FieldValue[])
      : [value as FieldValue | undefined])
      if (each !== undefined) form.append(name, String(each));
  return form;
}
