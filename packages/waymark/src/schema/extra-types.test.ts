// The types beyond JSON's own that applications ask for, each from the wire to the function and back, with its document.
import { describe, expect, it, test } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { body, endpoint, path, query } from "../index.ts";
import { takesDate } from "./libraries/zod-dates.ts";

const uuid = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";

const When = z.codec(z.iso.datetime({ offset: true }), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});
const BigInteger = z.codec(z.string().regex(/^-?\d{1,40}$/), z.bigint(), {
  decode: (digits) => BigInt(digits),
  encode: String,
});
const Bytes = z.codec(z.base64(), z.instanceof(Uint8Array), {
  decode: (text) => Uint8Array.from(Buffer.from(text, "base64")),
  encode: (bytes) => Buffer.from(bytes).toString("base64"),
});
const Tags = z.codec(z.array(z.string()).meta({ uniqueItems: true }), z.set(z.string()), {
  decode: (tags) => new Set(tags),
  encode: (tags) => [...tags],
});
const Unique = z
  .array(z.string())
  .refine((tags) => new Set(tags).size === tags.length, "has one element twice")
  .meta({ uniqueItems: true });

/** Name, schema, what is sent, what is refused, and keywords of the document. */
type Row = [string, z.ZodType, good: string, bad: string, keywords: Record<string, unknown>];

const texts: Row[] = [
  ["UUID", z.uuid(), uuid, "1b9d6bcd", { type: "string", format: "uuid" }],
  [
    "date and time",
    z.iso.datetime(),
    "2026-03-01T12:00:00Z",
    "2026-02-30T12:00:00Z",
    { format: "date-time" },
  ],
  ["date", z.iso.date(), "2024-02-29", "2026-02-29", { format: "date" }],
  ["time", z.iso.time(), "23:59:59", "24:00:00", { type: "string" }],
  ["duration", z.iso.duration(), "P1DT2H", "1 day", { format: "duration" }],
  ["URL", z.httpUrl(), "https://example.org/a?b=c", "/a", { format: "uri" }],
  ["email", z.email(), "ada@example.org", "ada@", { format: "email" }],
  ["IPv4", z.ipv4(), "192.0.2.1", "192.0.2.256", { format: "ipv4" }],
  ["IPv6", z.ipv6(), "2001:db8::1", "2001:db8::1::", { format: "ipv6" }],
  ["enum", z.enum(["red", "blue"]), "red", "green", { enum: ["red", "blue"] }],
  ["literal", z.literal("on"), "on", "off", { const: "on" }],
  ["base64", z.base64(), "aGk=", "aGk", { contentEncoding: "base64" }],
  [
    "decimal",
    z.string().regex(/^-?\d+(\.\d{1,2})?$/),
    "12.30",
    "12.345",
    { pattern: "^-?\\d+(\\.\\d{1,2})?$" },
  ],
  ["pattern", z.templateLiteral(["sku-", z.int()]), "sku-12", "sku-x", { type: "string" }],
];

describe.each(texts)("%s", (_, schema, good, bad, keywords) => {
  const app = new App({ logger: { error() {}, warn() {} } });
  app.get(
    "/path/{v}",
    endpoint({ input: { v: path(schema) }, output: schema }, ({ v }) => v),
  );
  app.get(
    "/query",
    endpoint({ input: { v: query(schema) }, output: schema }, ({ v }) => v),
  );
  app.post(
    "/body",
    endpoint({ input: { v: body(schema) }, output: schema }, ({ v }) => v),
  );
  app.get(
    "/wrong",
    endpoint({ output: schema }, () => bad),
  );
  const ask = async (value: string): Promise<[status: number, value: unknown][]> => {
    const send = { body: JSON.stringify(value), headers: { "content-type": "application/json" } };
    const responses = await Promise.all([
      app.request(`GET /path/${encodeURIComponent(value)}`),
      app.request(`GET /query?v=${encodeURIComponent(value)}`),
      app.request("POST /body", send),
    ]);
    return Promise.all(responses.map(async (response) => [response.status, await response.json()]));
  };

  it("comes in and goes out as it was sent", async () => {
    expect(await ask(good)).toEqual([
      [200, good],
      [200, good],
      [200, good],
    ]);
  });

  it("is 422 where it is none, and 500 where a function gives none", async () => {
    expect((await ask(bad)).map(([status]) => status)).toEqual([422, 422, 422]);
    expect((await app.request("GET /wrong")).status).toBe(500);
  });

  it("is documented", () => {
    const { paths } = app.openapi();
    expect(paths["/query"]!.get!.parameters![0]!.schema).toMatchObject(keywords);
    expect(paths["/path/{v}"]!.get!.parameters![0]!.schema).toMatchObject(keywords);
    const { requestBody, responses } = paths["/body"]!.post!;
    expect(requestBody!.content["application/json"]!.schema).toMatchObject(keywords);
    expect(responses["200"]!.content!["application/json"]!.schema).toMatchObject(keywords);
  });
});

describe("a codec gives the function a value of the language", () => {
  const rows: [string, z.ZodType, search: string, json: unknown, shown: string, keywords: object][] = [
    ["Date", When, "v=2026-03-01T12:00:00Z", "2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00.000Z", { type: "string", format: "date-time" }], // prettier-ignore
    ["coerced Date", z.coerce.date(), "v=2026-03-01", "2026-03-01", "2026-03-01T00:00:00.000Z", { type: "string", format: "date-time" }], // prettier-ignore
    ["bigint", BigInteger, "v=123456789012345678901", "123456789012345678901", "123456789012345678901n", { type: "string" }], // prettier-ignore
    ["bytes", Bytes, "v=aGk%3D", "aGk=", "bytes 6869", { type: "string", contentEncoding: "base64" }],
    ["Set", Tags, "v=a&v=b&v=a", ["a", "b", "a"], "set of a,b", { type: "array", uniqueItems: true }],
  ];
  const show = (value: unknown): string => {
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
    if (value instanceof Set) return `set of ${[...(value as Set<string>)].join(",")}`;
    return typeof value === "bigint" ? `${value}n` : typeof value;
  };
  it.each(rows)("%s", async (_, schema, search, json, shown, keywords) => {
    const app = new App();
    app.get(
      "/",
      endpoint({ input: { v: query(schema) } }, ({ v }) => show(v)),
    );
    app.post(
      "/",
      endpoint({ input: { v: body(schema) } }, ({ v }) => show(v)),
    );
    expect(await (await app.request(`GET /?${search}`)).json()).toBe(shown);
    const send = { body: JSON.stringify(json), headers: { "content-type": "application/json" } };
    expect(await (await app.request("POST /", send)).json()).toBe(shown);
    const { get, post } = app.openapi().paths["/"]!;
    expect(get!.parameters![0]!.schema).toMatchObject(keywords);
    expect(post!.requestBody!.content["application/json"]!.schema).toMatchObject(keywords);
  });
});

test("a list without repetitions is documented, and judged, as such", async () => {
  const app = new App();
  app.get(
    "/",
    endpoint({ input: { tags: query(Unique) }, output: Unique }, ({ tags }) => tags),
  );
  expect(await (await app.request("GET /?tags=a&tags=b")).json()).toEqual(["a", "b"]);
  expect((await app.request("GET /?tags=a&tags=a")).status).toBe(422);
  expect(app.openapi().paths["/"]!.get!.parameters![0]!.schema).toMatchObject({ uniqueItems: true });
});

test("a Date in a reply is written as text and documented as date-time", async () => {
  const app = new App();
  app.get(
    "/",
    endpoint({ output: z.object({ at: z.date() }) }, () => ({ at: new Date(0) })),
  );
  expect(await (await app.request("GET /")).json()).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  const { content } = app.openapi().paths["/"]!.get!.responses["200"]!;
  expect(content!["application/json"]!.schema!.properties!["at"]).toEqual({
    type: "string",
    format: "date-time",
  });
});

test("numbers are exact or refused: no fractions in integers, nothing past 2^53", async () => {
  const app = new App();
  app.get(
    "/",
    endpoint({ input: { n: query(z.int()) } }, ({ n }) => n),
  );
  for (const [sent, status] of [
    ["9007199254740991", 200],
    ["9007199254740992", 422],
    ["1.0", 422],
    ["1e3", 422],
    ["NaN", 422],
    ["Infinity", 422],
  ] as const)
    // prettier-ignore
    expect([sent, (await app.request(`GET /?n=${sent}`)).status]).toEqual([sent, status]);
});

describe("a type that no request carries is a mistake that says what to do", () => {
  it.each<[string, z.ZodType, string]>([
    ["bigint", z.bigint(), "Zod's bigint has no form in JSON: use z.int(), or z.string() with a pattern, from which a codec can make one"], // prettier-ignore
    ["int64", z.int64(), "Zod's bigint has no form in JSON"],
    [
      "set",
      z.set(z.string()),
      "Zod's set has no form in JSON: use z.array(), from which a codec can make one",
    ],
    ["map", z.map(z.string(), z.string()), "Zod's map has no form in JSON: use z.record()"],
    ["symbol", z.symbol(), "Zod's symbol has no form in JSON"],
    ["NaN", z.nan(), "Zod's nan has no form in JSON"],
    ["Date", z.date(), "Zod's date takes a Date, which no request carries: use z.iso.datetime(), from which a codec can make one, or z.coerce.date()"], // prettier-ignore
    ["Date inside", z.object({ at: z.array(z.date().optional()) }), "Zod's date takes a Date"],
  ])("%s", async (_, schema, sentence) => {
    const app = new App();
    app.post(
      "/",
      endpoint({ input: { v: body(schema) } }, () => {}),
    );
    const error: any = await app.start().catch((thrown: unknown) => thrown);
    expect(error.mistakes[0].message).toContain(sentence);
    expect(error.mistakes[0].message).toContain("the input 'v': ");
  });

  it("but a Date that is made of something else is none", () => {
    const toDate = (value: unknown): unknown => (typeof value === "string" ? new Date(value) : value);
    for (const schema of [
      When,
      z.coerce.date(),
      z.preprocess(toDate, z.date()),
      z.string().transform(toDate).pipe(z.date()),
      z.union([z.string(), z.date()]),
      z.object({ at: When.optional() }),
    ])
      // prettier-ignore
      expect(takesDate(schema)).toBe(false);
    type Tree = { at: Date; kids: Tree[] };
    const Tree: z.ZodType<Tree> = z.object({ kids: z.lazy(() => z.array(Tree)), at: z.date() });
    expect(takesDate(Tree)).toBe(true);
    for (const other of [undefined, null, 1, {}, { "~standard": {} }]) expect(takesDate(other)).toBe(false);
  });
});
