import { issue } from "./parts.ts";
import type { Row } from "./row.ts";

const urlencoded = "application/x-www-form-urlencoded";
const multipart = "multipart/form-data; boundary=b";
const END = "--b--\r\n";
const field = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const sent = (name: string, content: string): string =>
  `--b\r\nContent-Disposition: form-data; name="photo"; filename="${name}"\r\nContent-Type: image/png\r\n\r\n${content}\r\n`;
function formRows(
  ask: string,
  rows: readonly (readonly [type: string, body: string, status: number, says?: unknown])[],
): Row[] {
  return rows.map(([type, body, status, says]) => ({
    ask,
    headers: { "content-type": type },
    body,
    status,
    ...(says === undefined ? {} : { says }),
  }));
}

/** What is read of forms and uploads. */
export const FORMS: readonly Row[] = [
  // forms
  ...formRows("POST /forms", [
    [urlencoded, "title=ab&count=3&tag=x&tag=y+z&meta=%7B%22a%22%3A1%7D", 200, { title: "ab", count: 3, tags: ["x", "y z"], meta: { a: 1 } }], // prettier-ignore
    [urlencoded, "title=ab&count=&tag=&nobody=reads+this", 200, { title: "ab", tags: [] }],
    [
      multipart,
      `${field("title", "ä\r\nb")}${field("count", "3")}${END}`,
      200,
      { title: "ä\r\nb", count: 3, tags: [] },
    ],
    [urlencoded, "title=a&count=x&meta=%7B", 422, { errors: [issue("form", "title"), issue("form", "count"), issue("form", "meta")] }], // prettier-ignore
    [urlencoded, "title=ab&title=cd", 422, { errors: [issue("form", "title")] }],
    [urlencoded, "title=%zz", 400],
    [urlencoded, "title=%ff", 400],
    [urlencoded, `title=ab${"&a=b".repeat(400)}&tag=${"x".repeat(3000)}`, 413],
    [multipart, field("title", "ab"), 400],
    [multipart, "", 422],
    [multipart, `--b\r\nnonsense\r\n\r\nx${END}`, 400],
    ["multipart/form-data", `${field("title", "ab")}${END}`, 400],
    ["text/plain", "title=ab", 415],
    [`${urlencoded}; charset=utf-16`, "title=ab", 415],
  ]),
  ...formRows("POST /forms/strict", [
    [urlencoded, "email=a&age=5", 200, { email: "a", age: 5 }],
    [urlencoded, "email=a&admin=true&__proto__=x", 422, { errors: [issue("form", "admin"), issue("form", "__proto__")] }], // prettier-ignore
    [urlencoded, "age=x", 422, { errors: [issue("form", "age"), issue("form", "email")] }],
  ]),
  ...formRows("POST /forms/upload", [
    [multipart, `${sent("../é.png", "hi")}${field("note", "")}${END}`, 200, { name: "é.png", type: "image/png", size: 2, text: "hi" }], // prettier-ignore
    [multipart, `${sent("a", "hi")}${sent("b", "hi")}${END}`, 422, { errors: [issue("form", "photo")] }],
    [
      multipart,
      `${sent("a", "hi").replace("image/png", "text/plain")}${END}`,
      422,
      { errors: [issue("form", "photo")] },
    ],
    [multipart, `${field("photo", "hi")}${END}`, 422, { errors: [issue("form", "photo")] }],
    [multipart, `${sent("a", "x".repeat(1001))}${END}`, 413],
    [urlencoded, "photo=x", 415],
  ]),
  ...formRows("POST /forms/parts", [
    [multipart, `${field("a", "1")}${sent("b", "2")}${field("c", "3")}${END}`, 200, ["field a", "file photo", "field c"]], // prettier-ignore
    [multipart, `${field("a", "1")}${sent("b", "2")}`, 400],
    [multipart, "", 200, []],
    [urlencoded, "a=1", 415],
  ]),
];
