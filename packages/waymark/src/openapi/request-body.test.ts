import { z } from "zod";
import { describe, expect, it } from "vitest";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { constant } from "../inputs/constant.ts";
import type { RawBody } from "../http/raw-body.ts";
import { emitDocument, lintEmitted } from "./emit-document.fixture.ts";

const bodyOf = (declare: Parameters<typeof emitDocument>[0]) =>
  emitDocument(declare).paths["/"]!.post!.requestBody;

describe("request body", () => {
  it("is the schema itself when it stands alone", () => {
    const create = endpoint(
      {
        input: {
          item: body(z.object({ name: z.string() }), {
            description: "The new one",
            examples: [{ name: "a" }],
          }),
        },
      },
      function create() {},
    );
    expect(bodyOf((router) => router.post("/", create))).toEqual({
      description: "The new one",
      required: true,
      content: {
        "application/json": {
          schema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
          example: { name: "a" },
        },
      },
    });
  });

  it("is an object by name when there are several, required as each is", () => {
    const create = endpoint(
      {
        input: {
          item: body(z.string(), { description: "What", examples: ["a"] }),
          count: body(z.int().default(1), { name: "n", examples: [2] }),
        },
      },
      function create() {},
    );
    expect(bodyOf((router) => router.post("/", create))).toEqual({
      required: true,
      content: {
        "application/json": {
          schema: {
            type: "object",
            properties: { item: { type: "string", description: "What" }, n: { type: "integer", default: 1 } },
            required: ["item"],
          },
          example: { item: "a", n: 2 },
        },
      },
    });
  });

  it("may be left out where every schema says so", () => {
    const create = endpoint({ input: { note: body(z.string().optional()) } }, function create() {});
    expect(bodyOf((router) => router.post("/", create))).not.toHaveProperty("required");
  });

  it("stays keyed when a bind leaves one of several", () => {
    const create = endpoint({ input: { a: body(z.string()), b: body(z.string()) } }, function create() {});
    const found = bodyOf((router) => router.post("/", create, { bind: { a: "first", b: constant("x") } }));
    expect(found!.content["application/json"]!.schema).toEqual({
      type: "object",
      properties: { first: { type: "string" } },
      required: ["first"],
    });
  });

  it("has to please everyone who reads it", () => {
    const signed = dependency({ input: { signed: body(z.object({ signature: z.string() })) } }, () => 1);
    const create = endpoint({ input: { item: body(z.object({ name: z.string() })) } }, function create() {});
    const found = bodyOf((router) => router.post("/", create, { dependencies: [signed] }));
    expect(found!.content["application/json"]!.schema).toMatchObject({
      allOf: [{ properties: { name: {} } }, { properties: { signature: {} } }],
    });
  });

  it("stands under each of its media types, and under none but its own when nobody parses it", () => {
    const Note = z.object({ text: z.string() });
    const mediaTypes = {
      "application/json": true,
      "text/markdown": ({ text }: RawBody) => ({ text }),
    } as const;
    const parsed = endpoint({ input: { note: body(Note, { mediaTypes }) } }, function create() {});
    const schema = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
    expect(bodyOf((router) => router.post("/", parsed))!.content).toEqual({
      "application/json": { schema },
      "text/markdown": { schema },
    });
    const raw = endpoint({ input: { image: body.bytes({ mediaType: ["image/png", "image/webp"] }) } }, function create() {}); // prettier-ignore
    expect(bodyOf((router) => router.post("/", raw))).toEqual({
      content: {
        "image/png": { schema: { type: "string", contentMediaType: "image/png" } },
        "image/webp": { schema: { type: "string", contentMediaType: "image/webp" } },
      },
    });
  });

  it("is one key where it is embedded", () => {
    const create = endpoint({ input: { item: body(z.string(), { embed: true }) } }, function create() {});
    const found = bodyOf((router) => router.post("/", create, { bind: { item: "thing" } }));
    expect(found!.content["application/json"]!.schema).toEqual({
      type: "object",
      properties: { thing: { type: "string" } },
      required: ["thing"],
    });
  });

  it("passes the linter", async () => {
    expect(await lintEmitted()).toEqual([]);
  }, 180_000);
});
