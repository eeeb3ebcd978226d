import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BareExchange } from "./bare-exchange.fixture.ts";
import { readForm, type Form, type FormDemand } from "./form.ts";
import { DEFAULT_FORM_LIMITS, type FormLimits } from "./form-limits.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { temporaryFolder } from "./temporary-folder.fixture.ts";

const folder = temporaryFolder();
const file = { maxSize: Number.POSITIVE_INFINITY, count: 100 };
const demandOf = (...names: string[]): FormDemand => ({
  fields: new Set(["meta"]),
  files: new Map(names.map((name) => [name, file])),
});

interface Sent {
  readonly type?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly limits?: Partial<FormLimits>;
  readonly demand?: FormDemand;
}
async function read(body: string | Uint8Array | FormData, sent: Sent = {}): Promise<Form> {
  const response = body instanceof FormData ? new Response(body) : undefined;
  const type = sent.type ?? response?.headers.get("content-type") ?? "multipart/form-data; boundary=b";
  const exchange = new BareExchange({
    headers: [["content-type", type], ...(sent.headers ?? [])],
    body: response === undefined ? (body as string) : new Uint8Array(await response.arrayBuffer()),
  });
  const form = { ...DEFAULT_FORM_LIMITS, ...sent.limits };
  return await readForm(exchange, sent.demand ?? demandOf("file"), { ...DEFAULT_LIMITS, form });
}
const statusOf = (reading: Promise<Form>): Promise<unknown> =>
  reading.then(
    (form) => form.remove().then(() => 200),
    (error: { status?: unknown }) => error.status ?? error,
  );
const part = (disposition: string, content: string, ...headers: string[]): string =>
  `--b\r\n${[`Content-Disposition: form-data; ${disposition}`, ...headers].join("\r\n")}\r\n\r\n${content}\r\n`;

describe("what FormData of the platform sends", () => {
  // Its algorithm makes the two of each pair one: "%22" and a quote, any line end and CR LF. A NUL is in no name (RFC 9110 §5.5).
  const name = fc
    .string({ unit: "binary", maxLength: 30 })
    .filter((each) => !/%22|%0[ad]|\p{Surrogate}|\r|\n|\0/iu.test(each));
  const text = fc
    .string({ unit: "binary", maxLength: 200 })
    .map((each) => each.toWellFormed().replace(/\r\n|\r|\n/g, "\r\n"));
  const bytes = fc.uint8Array({ maxLength: 3000 });
  const type = fc.constantFrom("", "text/plain", "image/png", "application/json");

  test("comes back as it was", async () => {
    const entry = fc.oneof(
      fc.record({ name, text }),
      fc.record({ name, fileName: name.filter((each) => each !== ""), bytes, type }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 8 }),
        fc.constantFrom(0, 100, 10_000),
        async (entries, memory) => {
          const data = new FormData();
          for (const each of entries)
            if ("text" in each) data.append(each.name, each.text);
            else
              data.append(
                each.name,
                new File([each.bytes as Uint8Array<ArrayBuffer>], each.fileName, { type: each.type }),
              );
          const files = entries.flatMap((each) => ("text" in each ? [] : [each]));
          const form = await read(data, {
            demand: demandOf(...files.map((each) => each.name)),
            limits: { memory },
          });
          expect(form.fields.pairs).toEqual(
            entries.flatMap((each) => ("text" in each ? [each.name, each.text] : [])),
          );
          for (const key of new Set(files.map((each) => each.name))) {
            const got = form.files.get(key)!;
            const sent = files.filter((each) => each.name === key);
            expect(got.map(({ clientName, type: mediaType }) => [clientName, mediaType])).toEqual(
              sent.map((each) => [each.fileName, each.type === "" ? "application/octet-stream" : each.type]),
            );
            for (const [i, one] of got.entries())
              expect(Buffer.compare(await one.bytes(), sent[i]!.bytes)).toBe(0);
          }
          await form.remove();
        },
      ),
      { numRuns: 200 },
    );
    expect(folder.left()).toEqual([]);
  });
});

describe("a form", () => {
  test("without a body has no fields", async () => {
    expect((await read("", { type: "text/plain" })).fields.pairs).toEqual([]);
  });

  test("is urlencoded where no file is wanted, without a promise once it has come", () => {
    const exchange = new BareExchange({
      headers: [["content-type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"]],
      body: "a=1&a=2&__proto__=x",
    });
    const form = readForm(exchange, demandOf(), DEFAULT_LIMITS) as Form;
    expect(form.fields.get("a")).toEqual(["1", "2"]);
    expect(form.fields.get("__proto__")).toBe("x");
  });

  test.each([
    ["a=1", "application/x-www-form-urlencoded", demandOf("file"), 415],
    ["a=1", "application/x-www-form-urlencoded; charset=latin1", demandOf(), 415],
    ["a=1", "application/x-www-form-urlencoded; charset", demandOf(), 415],
    ["{}", "application/json", demandOf(), 415],
    ["{}", "multipart/mixed; boundary=b", demandOf(), 415],
    ["{}", "multipart/form-data; boundary=b; boundary=c", demandOf(), 415],
    ["--b--", "multipart/form-data", demandOf(), 400],
    ["--b--", "multipart/form-data; boundary=", demandOf(), 415],
    ["--b--", 'multipart/form-data; boundary=""', demandOf(), 400],
    [`--${"x".repeat(71)}--`, `multipart/form-data; boundary=${"x".repeat(71)}`, demandOf(), 400],
    ["--b--", 'multipart/form-data; boundary="b"', demandOf(), 200],
    ["--b", "multipart/form-data; boundary=b", demandOf(), 400],
    ["a=%", "application/x-www-form-urlencoded", demandOf(), 400],
  ])("%j of type %s is answered", async (body, type, demand, status) => {
    expect(await statusOf(read(body, { type, demand }))).toBe(status);
  });

  test("with a content coding is 415, and says which there are", async () => {
    const coded = read("--b--", { headers: [["content-encoding", "gzip"]] });
    await expect(coded).rejects.toMatchObject({ status: 415, headers: { "accept-encoding": "identity" } });
  });

  test("takes JSON that came as a file for the value of its field, and for nothing else", async () => {
    const data = new FormData();
    const json = (type: string): Blob => new Blob(['{"a":1}'], { type });
    data.append("meta", json("application/json"));
    data.append("other", json("application/json"));
    data.append("file", json("application/json"));
    const form = await read(data);
    expect(form.fields.pairs).toEqual(["meta", '{"a":1}']);
    expect(await form.files.get("file")![0]!.text()).toBe('{"a":1}');
    const wrong = new FormData();
    wrong.append("meta", json("text/plain"));
    expect((await read(wrong)).fields.pairs).toEqual([]);
  });

  test("leaves out a file input that was left empty, but not an empty file with a name", async () => {
    const empty = "Content-Type: application/octet-stream";
    const form = await read(
      `${part('name="file"; filename=""', "", empty)}${part('name="file"; filename="a"', "", empty)}${part('name="file"; filename=""', "x", empty)}--b--`,
    );
    expect(form.files.get("file")!.map(({ name, size }) => [name, size])).toEqual([
      ["a", 0],
      ["unnamed", 1],
    ]);
    expect([...form.fileCounts]).toEqual([["file", 2]]);
  });

  test("counts the files that nobody wants, and keeps nothing of them", async () => {
    const big = "x".repeat(2000);
    const body = `${part('name="other"; filename="a"', big)}${part('name="file"; filename="b"', "1")}${part('name="file"; filename="c"', big)}--b--`;
    const form = await read(body, {
      limits: { memory: 100 },
      demand: { fields: new Set(), files: new Map([["file", { ...file, count: 1 }]]) },
    });
    expect(form.files.get("file")!.map(({ name }) => name)).toEqual(["b"]);
    expect([...form.fileCounts]).toEqual([
      ["other", 1],
      ["file", 2],
    ]);
    expect([form.isSpooled, folder.left()]).toEqual([false, []]);
  });
});

describe("its limits hold to the byte", () => {
  const field = (size: number): string => part('name="f"', "v".repeat(size));
  const upload = (size: number): string => part('name="file"; filename="f"', "v".repeat(size));
  const end = "--b--";
  const HEAD = 'Content-Disposition: form-data; name="f"'.length;
  test.each<[what: string, limits: Partial<FormLimits>, make: (size: number) => string]>([
    ["fields", { fields: 5 }, (count) => field(1).repeat(count) + end],
    ["files", { files: 5 }, (count) => upload(1).repeat(count) + end],
    ["unwanted files", { files: 5 }, (count) => part('name="x"; filename="y"', "").repeat(count) + end],
    ["parts", { parts: 5 }, (count) => upload(1) + field(1).repeat(count - 1) + end],
    ["a name", { nameSize: 5 }, (size) => part(`name="${"n".repeat(size)}"`, "") + end],
    ["a field", { fieldSize: 5 }, (size) => field(size) + end],
    ["all fields", { fieldsSize: 2 * HEAD + 7 }, (size) => field(4) + field(size - 2) + end],
    ["a file in memory", { fileSize: 5 }, (size) => upload(size) + end],
    ["a spooled file", { fileSize: 5, memory: 0 }, (size) => upload(size) + end],
    [
      "a part's header",
      { partHeaders: 52 },
      (size) => part('name="f"', "", `X: ${"x".repeat(size)}`).replace('name="f"', 'name="fgh"') + end,
    ],
  ])("%s", async (_, limits, make) => {
    expect(await Promise.all([4, 5, 6].map((size) => statusOf(read(make(size), { limits }))))).toEqual([
      200, 200, 413,
    ]);
    expect(folder.left()).toEqual([]);
  });

  test("what an input says of its file", async () => {
    const demand = { fields: new Set<string>(), files: new Map([["file", { maxSize: 5, count: 1 }]]) };
    expect(
      await Promise.all([4, 5, 6].map((size) => statusOf(read(upload(size) + end, { demand })))),
    ).toEqual([200, 200, 413]);
  });
});

test.each([
  [
    "a field that is not UTF-8",
    `${part('name="file"; filename="a"', "x".repeat(500))}${part('name="f"', "\xe9")}--b--`,
  ],
  ["a part that does not end", part('name="file"; filename="a"', "x".repeat(500)).slice(0, -2)],
  [
    "a malformed part behind a file",
    `${part('name="file"; filename="a"', "x".repeat(500))}--b\r\nnonsense\r\n\r\n\r\n--b--`,
  ],
])("nothing is left of a form with %s", async (_, body) => {
  const bytes = Uint8Array.from(body, (each) => each.charCodeAt(0));
  expect(await statusOf(read(bytes, { limits: { memory: 10 } }))).toBe(400);
  expect(folder.left()).toEqual([]);
});
