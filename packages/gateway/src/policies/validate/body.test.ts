import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../../snapshot.ts";
import { callOf } from "../call.fixture.ts";
import { jsonBody, takingJson, validating } from "./validate.fixture.ts";

const ORDER: JsonSchema = {
  type: "object",
  required: ["id", "item"],
  properties: {
    id: { type: "integer" },
    item: { type: "string", maxLength: 5 },
    tags: { type: "array", items: { type: "string" }, uniqueItems: true },
  },
  additionalProperties: false,
};
const orders = validating(takingJson(ORDER));

describe("a JSON body", () => {
  it("that fits goes on", async () => {
    expect((await orders.ask(jsonBody({ id: 1, item: "tea" }))).status).toBeUndefined();
    expect(orders.step!.needs).toEqual(["body"]);
  });

  it("is not judged by a keyword called __proto__", async () => {
    const schema = JSON.parse('{"__proto__": {"type": "string"}, "minimum": 2}') as JsonSchema;
    const { ask } = validating(takingJson(schema));
    expect((await ask(jsonBody(3))).status).toBeUndefined();
    expect((await ask(jsonBody(1))).status).toBe(422);
  });

  it("is judged without a promise", () => {
    const { step, context } = orders;
    expect(step!.run!(callOf(jsonBody({ id: 1, item: "tea" }), context))).toBeUndefined();
  });

  it("tells every mistake, with pointers, and nothing of what was sent", async () => {
    const { status, errors } = await orders.ask(
      jsonBody({ id: "secret", item: "toolong", tags: ["a", 1], extra: true }),
    );
    expect(status).toBe(422);
    expect(
      errors.map(({ in: place, name, pointer, path, code }) => ({ place, name, pointer, path, code })),
    ).toEqual([
      { place: "body", name: "", pointer: "#/extra", path: ["extra"], code: "unrecognized_keys" },
      { place: "body", name: "", pointer: "#/id", path: ["id"], code: "invalid_type" },
      { place: "body", name: "", pointer: "#/item", path: ["item"], code: "maxLength" },
      { place: "body", name: "", pointer: "#/tags/1", path: ["tags", 1], code: "invalid_type" },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/secret|toolong/);
  });

  it.each([
    ["{", 400],
    ["{'id':1}", 400],
    ['{"id":1,"item":"tea"}x', 400],
    [`${"[".repeat(100)}${"]".repeat(100)}`, 400],
    ["\u0000", 400],
    ["null", 422],
    ["[]", 422],
    ['{"item":"tea"}', 422],
    ['{"id":1,"item":"tea","__proto__":{"x":1}}', 422],
    ['{"id":1,"item":"tea","constructor":1}', 422],
  ])("%s is %i", async (text, status) => expect((await orders.ask(jsonBody(text))).status).toBe(status));

  it("counts only what was sent as there: a name that every object inherits is missing", async () => {
    const strict = validating(takingJson({ type: "object", required: ["constructor", "toString"] }));
    expect((await strict.ask(jsonBody({}))).status).toBe(422);
    expect((await strict.ask(jsonBody('{"constructor":1,"toString":2}'))).status).toBeUndefined();
  });

  it("need not have what only replies have", async () => {
    const schemas: Readonly<Record<string, JsonSchema>> = {
      "orders.Id": { type: "integer", readOnly: true },
      "orders.Amount": { type: "integer" },
      "orders.Order": {
        type: "object",
        required: ["id", "total", "created", "item"],
        properties: {
          id: { $ref: "#/schemas/orders.Id" },
          total: { $ref: "#/schemas/orders.Amount", readOnly: true },
          created: { type: "string", readOnly: true },
          item: { type: "string" },
        },
      },
    };
    const operation = validating(takingJson({ $ref: "#/schemas/orders.Order" }), { schemas });
    expect((await operation.ask(jsonBody({ item: "tea" }))).status).toBeUndefined();
    expect((await operation.ask(jsonBody({}))).errors.map(({ pointer }) => pointer)).toEqual(["#/item"]);
  });

  it("may contain itself", async () => {
    const schemas: Readonly<Record<string, JsonSchema>> = {
      "a/b ~c": {
        type: "object",
        properties: { next: { $ref: "#/schemas/a~1b%20~0c" }, n: { type: "integer" } },
        additionalProperties: false,
      },
    };
    const operation = validating(takingJson({ $ref: "#/schemas/a~1b%20~0c" }), { schemas });
    expect((await operation.ask(jsonBody({ next: { next: { n: 1 } } }))).status).toBeUndefined();
    expect((await operation.ask(jsonBody({ next: { next: { n: "1" } } }))).errors[0]?.pointer).toBe(
      "#/next/next/n",
    );
    const inner = validating(takingJson({ $ref: "#/schemas/a~1b%20~0c/properties/n" }), { schemas });
    expect((await inner.ask(jsonBody("1"))).status).toBeUndefined();
    expect((await inner.ask(jsonBody('"1"'))).status).toBe(422);
  });

  it("with a hundred thousand different items is held against uniqueItems in time that grows with them", async () => {
    const operation = validating(takingJson({ type: "array", uniqueItems: true }));
    const items = Array.from({ length: 60_000 }, (_, i) => ({ i }));
    expect((await operation.ask(jsonBody(items))).status).toBeUndefined();
    expect((await operation.ask(jsonBody([...items, { i: 0 }]))).status).toBe(422);
    expect((await operation.ask(jsonBody([1, "1", { a: 1, b: 2 }, [1], true, null]))).status).toBeUndefined();
    expect(
      (
        await operation.ask(
          jsonBody([
            { a: 1, b: 2 },
            { b: 2, a: 1 },
          ]),
        )
      ).status,
    ).toBe(422);
  });

  it("that is wrong in very many places costs no more than one that is wrong in a hundred", async () => {
    const operation = validating(takingJson({ type: "array", items: { type: "string" } }));
    const small = await operation.ask(jsonBody(Array.from({ length: 500 }, () => 1)));
    expect(small.errors).toHaveLength(100);
    expect(small.detail).toContain("there are more");
    const large = await operation.ask(jsonBody(Array.from({ length: 400_000 }, () => 1)));
    expect(large.status).toBe(422);
    expect(large.errors).toHaveLength(1);
  });

  it("with a name that is there twice is judged by the last one, as nearly everybody reads it", async () => {
    expect((await orders.ask(jsonBody('{"id":"x","id":1,"item":"tea"}'))).status).toBeUndefined();
    expect((await orders.ask(jsonBody('{"id":1,"id":"x","item":"tea"}'))).status).toBe(422);
  });

  it("that is required has to be there", async () => {
    const { status, errors } = await orders.ask({ method: "POST" });
    expect(status).toBe(422);
    expect(errors).toEqual([
      { in: "body", name: "", path: [], pointer: "#", message: "is required", code: "required" },
    ]);
    expect((await validating(takingJson(ORDER, false)).ask({ method: "POST" })).status).toBeUndefined();
  });
});

describe("a media type", () => {
  const bad = '{"id":"x"}';
  /** Every spelling is judged or refused: none makes the gateway look away. */
  it.each([
    "application/json",
    "APPLICATION/JSON",
    "application/json;charset=utf-8",
    'application/json; charset="UTF-8"',
    "application/json;",
    "application/json ; charset=utf-8",
    "application/json;;",
  ])("%j is judged", async (contentType) =>
    expect((await orders.ask(jsonBody(bad, contentType))).status).toBe(422),
  );
  it.each([
    "",
    " application/json",
    "application/json ",
    "\tapplication/json",
    "application/json\t; a",
    "application /json",
    "application/json, text/plain",
    "application/json; charset=utf-16",
    "application/json; charset=utf-8; charset=utf-7",
    "application/json; boundary=x; =",
    "application/jsonx",
    "application/vnd.api+json",
    "text/plain",
    "text/json",
    "*/*",
    "application/*",
    "json",
    "application/x-www-form-urlencoded",
  ])("%j is 415", async (contentType) => {
    const { status } = await orders.ask(jsonBody(bad, contentType));
    expect(status).toBe(415);
  });
  it("that is missing is 415", async () => {
    expect((await orders.ask({ method: "POST", body: bad })).status).toBe(415);
  });

  it("is found by ranges, the nearest first", async () => {
    const operation = validating({
      method: "POST",
      requestBody: {
        required: true,
        content: {
          "*/*": { schema: null },
          "application/*": { schema: { type: "object", required: ["any"] } },
          "application/vnd.api+json": { schema: { type: "object", required: ["api"] } },
          "text/*": { schema: { type: "string", maxLength: 3 } },
        },
      },
    });
    expect((await operation.ask(jsonBody({ api: 1 }, "application/vnd.api+json"))).status).toBeUndefined();
    expect((await operation.ask(jsonBody({ any: 1 }, "application/vnd.api+json"))).status).toBe(422);
    expect((await operation.ask(jsonBody({ any: 1 }))).status).toBeUndefined();
    expect((await operation.ask(jsonBody({ api: 1 }))).status).toBe(422);
    expect((await operation.ask(jsonBody("abc", "text/plain"))).status).toBeUndefined();
    expect((await operation.ask(jsonBody("abcd", "text/csv"))).status).toBe(422);
    expect((await operation.ask(jsonBody("anything", "image/png"))).status).toBeUndefined();
  });

  it("without a schema streams through", () => {
    const stream = validating({
      method: "POST",
      requestBody: {
        required: true,
        content: {
          "application/octet-stream": { schema: { type: "string" } },
          "application/json": { schema: null },
        },
      },
    });
    expect(stream.step!.needs).toEqual([]);
  });

  it("is asked for in the refusal", async () => {
    expect((await orders.ask(jsonBody("x", "text/plain"))).detail).toBe(
      "The body's Content-Type is not accepted; send application/json.",
    );
  });
});

describe("an operation without a body in its document", () => {
  it("takes none, unless it is told to", async () => {
    const request = jsonBody({ a: 1 });
    expect((await validating({ method: "POST" }).ask(request)).status).toBe(415);
    expect(
      (await validating({ method: "POST" }, { options: { undeclaredBody: "forward" } }).ask(request)).status,
    ).toBeUndefined();
    expect(
      (await validating({ method: "POST" }, { options: { body: false } }).ask(request)).status,
    ).toBeUndefined();
    expect((await validating({ method: "POST" }).ask({ method: "POST" })).status).toBeUndefined();
  });
});

describe("a coding", () => {
  const coded = (value: unknown, coding = "gzip"): object => ({
    method: "POST",
    body: new Uint8Array(gzipSync(JSON.stringify(value))),
    headers: [
      ["content-type", "application/json"],
      ["content-encoding", coding],
    ],
  });
  it("is looked into", async () => {
    expect((await orders.ask(coded({ id: 1, item: "tea" }))).status).toBeUndefined();
    expect((await orders.ask(coded({ id: "x" }))).status).toBe(422);
  });
  it("that nobody knows, or that hides more than may come, is refused", async () => {
    expect((await orders.ask(coded({}, "gzip, gzip"))).status).toBe(415);
    expect((await orders.ask(coded({}, "zstd"))).status).toBe(415);
    expect((await orders.ask(coded({}, "br"))).status).toBe(400);
    expect((await orders.ask(coded("x".repeat(2_000_000)))).status).toBe(413);
  });
});

describe("a form", () => {
  const FORM: JsonSchema = {
    type: "object",
    required: ["age", "photo"],
    properties: {
      age: { type: "integer" },
      note: { type: "string" },
      tags: { type: "array", items: { type: "integer" } },
      place: { type: "object", required: ["city"] },
      when: { type: "integer" },
      photo: { type: "string", format: "binary" },
    },
  };
  const operation = validating({
    method: "POST",
    requestBody: {
      required: true,
      content: {
        "application/x-www-form-urlencoded": { schema: FORM },
        "multipart/form-data": { schema: FORM },
      },
    },
  });
  const urlencoded = (body: string): object => jsonBody(body, "application/x-www-form-urlencoded");
  const multipart = (...parts: readonly string[]): object =>
    jsonBody(
      `${parts.map((part) => `--b\r\nContent-Disposition: form-data; ${part}\r\n`).join("")}--b--\r\n`,
      "multipart/form-data; boundary=b",
    );

  it("is read by the types of its members", async () => {
    expect(
      (
        await operation.ask(
          urlencoded("age=5&note=5&tags=1&tags=2&place=%7B%22city%22:%22x%22%7D&photo=x&when="),
        )
      ).status,
    ).toBeUndefined();
    const { status, errors } = await operation.ask(urlencoded("age=x&tags=1&tags=y&place=%7B"));
    expect(status).toBe(422);
    expect(errors.map(({ pointer }) => pointer)).toEqual(["#/age", "#/tags/1", "#/place"]);
    expect((await operation.ask(urlencoded("age=5"))).errors[0]?.pointer).toBe("#/photo");
    expect((await operation.ask(urlencoded("age=%ff&photo=x"))).status).toBe(400);
  });

  it("may have files, of which only that they are there is judged", async () => {
    const photo = 'name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\u0001\u0002';
    expect((await operation.ask(multipart('name="age"\r\n\r\n5', photo))).status).toBeUndefined();
    expect((await operation.ask(multipart('name="age"\r\n\r\n5'))).errors[0]?.pointer).toBe("#/photo");
    expect((await operation.ask(multipart('name="age"\r\n\r\nfive', photo))).errors[0]?.pointer).toBe(
      "#/age",
    );
    const asFile = 'name="place"; filename="blob"\r\nContent-Type: application/json\r\n\r\n{"town":1}';
    expect((await operation.ask(multipart('name="age"\r\n\r\n5', photo, asFile))).errors[0]?.pointer).toBe(
      "#/place/city",
    );
  });

  it("has no member that a file name takes out of sight", async () => {
    const photo = 'name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\u0001';
    for (const part of ['name="age"; filename="x"\r\n\r\n99999', 'name="age"; filename=""\r\n\r\n5']) {
      const { status, errors } = await operation.ask(multipart(part, photo));
      expect(status).toBe(422);
      expect(errors).toEqual([
        expect.objectContaining({ pointer: "#/age", message: "is sent as a file, and is none" }),
      ]);
    }
  });

  it("that is no form is 400", async () => {
    expect((await operation.ask(jsonBody("x", "multipart/form-data"))).status).toBe(400);
    expect((await operation.ask(jsonBody("--b\r\nx", "multipart/form-data; boundary=b"))).status).toBe(400);
  });
});
