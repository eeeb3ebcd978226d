import { describe, expect, it } from "vitest";
import type { JsonSchema, Parameter } from "../../snapshot.ts";
import { serviceOf, type TestRequest } from "../call.fixture.ts";
import { parameterOf, validating } from "./validate.fixture.ts";

const INTEGER = { type: "integer", minimum: 1 } as const;
const COLOURS = { type: "array", items: { enum: ["blue", "black"] }, maxItems: 2 } as const;
const RGB = {
  type: "object",
  properties: { R: { type: "integer" }, G: { type: "integer" } },
  required: ["R"],
  additionalProperties: false,
} as const;

function requestFor(place: Parameter["in"], name: string, raw: string | undefined): TestRequest {
  if (raw === undefined) return {};
  if (place === "path") return { params: { [name]: raw } };
  if (place === "query") return { search: raw };
  if (place === "header") return { headers: [[name.toLowerCase(), raw]] };
  return { headers: [["cookie", `${name}=${raw}`]] };
}

async function statusOf(parameter: Parameter, raw: string | undefined): Promise<number | undefined> {
  return (await validating({ parameters: [parameter] }).ask(requestFor(parameter.in, parameter.name, raw)))
    .status;
}

type Row = readonly [
  place: Parameter["in"],
  parts: Partial<Parameter>,
  schema: JsonSchema,
  good: readonly string[],
  bad: readonly string[],
];

/** The table of OpenAPI 3.1 §4.8.12.4, as requests. */
const ROWS: readonly Row[] = [
  ["path", {}, INTEGER, ["1", "9007199254740993123"], ["0", "x", "1.5", "01", "+1", " 1", ""]],
  ["path", { style: "label" }, INTEGER, [".1"], ["1", ".0", "."]],
  ["path", { style: "matrix" }, INTEGER, [";p=1"], ["1", ";q=1", ";p=0", ";p"]],
  ["path", {}, COLOURS, ["blue", "blue,black"], ["red", "blue,", "blue,black,blue"]],
  ["path", { style: "label" }, COLOURS, [".blue,black"], ["blue,black", ".blue.black"]],
  ["path", { style: "label", explode: true }, COLOURS, [".blue.black"], [".blue,black"]],
  ["path", { style: "matrix" }, COLOURS, [";p=blue,black"], [";p=blue;p=black"]],
  ["path", { style: "matrix", explode: true }, COLOURS, [";p=blue;p=black"], [";p=blue,black", "blue"]],
  ["path", {}, RGB, ["R,100,G,200", "R,1"], ["R,x", "R", "G,1", "R,1,B,2", "R,1,R,2"]],
  ["path", { explode: true }, RGB, ["R=100,G=200"], ["R,100", "G=1"]],
  ["path", { style: "label", explode: true }, RGB, [".R=100.G=200"], [".R,100", "R=100"]],
  ["path", { style: "matrix" }, RGB, [";p=R,100,G,200"], [";R=100"]],
  ["path", { style: "matrix", explode: true }, RGB, [";R=100;G=200"], [";p=R,100"]],
  ["query", {}, INTEGER, ["p=1", "a=b&p=2", "other=0"], ["p=0", "p=x", "p=", "p", "p=1&p=2"]],
  ["query", { allowEmptyValue: true }, INTEGER, ["p=1", "p=", "p"], ["p=0", "p=&p="]],
  ["query", { allowEmptyValue: true, required: true }, INTEGER, ["p="], ["", "p=x"]],
  ["query", {}, COLOURS, ["p=blue", "p=blue&p=black"], ["p=red", "p=blue,black", "p=blue&p=black&p=blue"]],
  ["query", { explode: false }, COLOURS, ["p=blue,black", "p=blue%2Cblack"], ["p=blue&p=black", "p=red"]],
  [
    "query",
    { style: "spaceDelimited", explode: false },
    COLOURS,
    ["p=blue%20black", "p=blue+black"],
    ["p=blue,black"],
  ],
  [
    "query",
    { style: "pipeDelimited", explode: false },
    COLOURS,
    ["p=blue|black", "p=blue%7Cblack"],
    ["p=blue,black"],
  ],
  ["query", {}, RGB, ["R=100&G=200", "R=1&other=2", ""], ["R=x", "G=1"]],
  ["query", { explode: false }, RGB, ["p=R,100,G,200"], ["p=G,1", "p=R"]],
  [
    "query",
    { style: "deepObject", explode: true },
    RGB,
    ["p[R]=100&p[G]=200", "p%5BR%5D=1"],
    ["p[R]=x", "p[B]=1&p[R]=1", "p=1", "p[G]=1"],
  ],
  [
    "query",
    { mediaType: "application/json" },
    RGB,
    ["p=%7B%22R%22:1%7D"],
    ["p=%7B", "p=%7B%22R%22:%221%22%7D", "p=1"],
  ],
  ["header", {}, INTEGER, ["1"], ["0", "x"]],
  ["header", {}, COLOURS, ["blue, black", "blue,,black"], ["red"]],
  ["header", { explode: true }, RGB, ["R=100, G=200"], ["R,100"]],
  ["cookie", {}, INTEGER, ["1", "1; other=x"], ["0", "x", "1; p=2", "1; p=0"]],
  ["cookie", { explode: false }, COLOURS, ["blue,black"], ["red"]],
  ["query", {}, { type: "boolean" }, ["p=true", "p=false"], ["p=1", "p=TRUE", "p="]],
  ["query", {}, { type: "number" }, ["p=1.5e3", "p=-0"], ["p=Infinity", "p=0x1", "p=1."]],
  ["query", {}, { type: ["integer", "null"] }, ["p=5"], ["p=null"]],
  ["query", {}, { type: "string", format: "date" }, ["p=2026-02-28"], ["p=2026-02-30"]],
  ["query", {}, { type: "string", format: "nobody-knows" }, ["p=x"], []],
  ["query", {}, { type: "string", pattern: "^[a-z\\_]+$" }, ["p=a_b"], ["p=A"]],
  ["query", {}, { type: ["string", "array"], items: { type: "integer" } }, ["p=x", "p=1&p=2"], ["p=x&p=y"]],
  ["query", {}, {}, ["p=x", "p=x&p=y", ""], []],
  ["query", {}, { $ref: "#/schemas/orders.Missing" }, ["p=x"], []],
];

describe.each(ROWS)("%s %j of %j", (place, parts, schema, good, bad) => {
  const parameter = parameterOf(place, "p", schema, parts);
  it.each(good)("takes %j", async (raw) => expect(await statusOf(parameter, raw)).toBeUndefined());
  it.each(bad)("refuses %j", async (raw) => expect(await statusOf(parameter, raw)).toBe(422));
});

describe("parameters", () => {
  it("of cookies are judged wherever they stand, however many there are", async () => {
    const operation = validating({ parameters: [parameterOf("cookie", "role", { enum: ["user"] })] });
    const others = Array.from({ length: 400 }, (_, i) => `c${i}=${i}`).join("; ");
    const statusOf = async (cookie: string): Promise<number | undefined> =>
      (await operation.ask({ headers: [["cookie", cookie]] })).status;
    expect(await statusOf(`${others}; role=user`)).toBeUndefined();
    expect(await statusOf(`${others}; role=admin`)).toBe(422);
    expect(await statusOf("role=user; role=admin")).toBe(422);
    expect(await statusOf(others)).toBeUndefined();
  });

  it("tell every mistake at once, with its place and without what was sent", async () => {
    const operation = validating({
      parameters: [
        parameterOf("path", "id", INTEGER),
        parameterOf("query", "limit", INTEGER, { required: true }),
        parameterOf("query", "sort", COLOURS),
        parameterOf("header", "X-Trace", { type: "string", minLength: 5 }),
        parameterOf("cookie", "session", { type: "string" }, { required: true }),
      ],
    });
    const { status, errors } = await operation.ask({
      params: { id: "secret" },
      search: "sort=pink",
      headers: [["x-trace", "abc"]],
    });
    expect(status).toBe(422);
    expect(errors).toEqual([
      {
        in: "path",
        name: "id",
        path: [],
        pointer: "#",
        message: "expected an integer",
        code: "invalid_type",
      },
      { in: "query", name: "limit", path: [], pointer: "#", message: "is required", code: "required" },
      {
        in: "query",
        name: "sort",
        path: [0],
        pointer: "#/0",
        message: "must be equal to one of the allowed values",
        code: "enum",
      },
      {
        in: "header",
        name: "X-Trace",
        path: [],
        pointer: "#",
        message: "must NOT have fewer than 5 characters",
        code: "minLength",
      },
      { in: "cookie", name: "session", path: [], pointer: "#", message: "is required", code: "required" },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/secret|pink|abc/);
  });

  it("without a reading of their own are only asked to be there, and the log says so", async () => {
    const nested = { type: "array", items: { type: "array", items: { type: "string" } } } as const;
    const operation = validating({ parameters: [parameterOf("query", "p", nested, { required: true })] });
    expect((await operation.ask({ search: "p=1" })).status).toBeUndefined();
    expect((await operation.ask({})).status).toBe(422);
    expect(operation.context.reports[0]).toContain("the parameter p is not validated");
  });

  it("that are said elsewhere in the document are no parameters", async () => {
    const elsewhere = ["Accept", "Content-Type", "authorization"].map((name) =>
      parameterOf("header", name, INTEGER, { required: true }),
    );
    expect((await validating({ parameters: elsewhere }).ask({})).status).toBeUndefined();
  });

  it("answer 400 to a query that two readers would read differently", async () => {
    const operation = validating({ parameters: [parameterOf("query", "p", INTEGER)] });
    expect((await operation.ask({ search: "p=%ff" })).status).toBe(400);
  });

  it("that nobody knows are refused where that is asked for", async () => {
    const parameters = [
      parameterOf("query", "limit", INTEGER),
      parameterOf("query", "f", RGB, { style: "deepObject", explode: true }),
    ];
    const strict = validating({ parameters }, { options: { unknownQuery: "refuse" } });
    expect((await strict.ask({ search: "limit=1&f[R]=1" })).status).toBeUndefined();
    const { status, errors } = await strict.ask({ search: "limit=1&admin=1" });
    expect(status).toBe(422);
    expect(errors).toEqual([
      {
        in: "query",
        name: "admin",
        path: [],
        pointer: "#",
        message: "nothing of this name is known here",
        code: "unrecognized_keys",
      },
    ]);
    expect((await validating({ parameters }).ask({ search: "limit=1&admin=1" })).status).toBeUndefined();
  });

  it("that the service reads as a credential are known", async () => {
    const service = serviceOf({
      passedSchemes: { partner: { type: "apiKey", in: "query", name: "partner_key" } },
    });
    const strict = validating({ parameters: [] }, { options: { unknownQuery: "refuse" }, service });
    expect((await strict.ask({ search: "partner_key=x" })).status).toBeUndefined();
    expect((await strict.ask({ search: "partner_key=x&more=1" })).status).toBe(422);
  });

  it("refer to schemas of the snapshot, and these to each other", async () => {
    const schemas = {
      "orders.Id": { $ref: "#/schemas/orders.Small" },
      "orders.Small": { type: "integer", maximum: 9 },
    };
    const operation = validating(
      { parameters: [parameterOf("path", "id", { $ref: "#/schemas/orders.Id" })] },
      { schemas },
    );
    expect((await operation.ask({ params: { id: "9" } })).status).toBeUndefined();
    expect((await operation.ask({ params: { id: "10" } })).status).toBe(422);
  });

  it("are not looked at where nobody wants it", async () => {
    const parameters = [parameterOf("path", "id", INTEGER)];
    expect(
      (await validating({ parameters }, { options: { parameters: false } }).ask({ params: { id: "x" } }))
        .status,
    ).toBeUndefined();
    expect(validating({ parameters }, { options: { enabled: false } }).step).toBeUndefined();
    expect(
      (await validating({ parameters }, { options: { status: 400 } }).ask({ params: { id: "x" } })).status,
    ).toBe(400);
  });
});
