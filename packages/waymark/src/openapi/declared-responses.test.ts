import { z } from "zod";
import { describe, expect, it } from "vitest";
import { endpoint } from "../endpoint.ts";
import { content } from "../outputs/content.ts";
import { empty } from "../outputs/empty.ts";
import { events } from "../outputs/events.ts";
import { jsonLines } from "../outputs/json-lines.ts";
import type { Output } from "../outputs/output.ts";
import type { OpenApiVersion } from "./document.ts";
import { emitDocument, lintEmitted } from "./emit-document.fixture.ts";

const Product = z.object({ name: z.string() }).meta({ id: "Product" });
const Job = z.object({ id: z.int() });

const responsesOf = (output: Output, options: object = {}, openapiVersion: OpenApiVersion = "3.1.1"): any =>
  emitDocument(
    (router) =>
      router.get(
        "/",
        endpoint({ output, name: "read", ...options } as object, () => undefined),
      ),
    { openapiVersion },
  ).paths["/"]!.get!.responses;
const product = { $ref: "#/components/schemas/Product" };

describe("declared replies", () => {
  it("are a response each, with its schema and its words", () => {
    expect(
      responsesOf({ 200: Product, 202: { description: "On its way", schema: Job }, 204: empty, 303: empty }),
    ).toEqual({
      200: { description: "OK", content: { "application/json": { schema: product } } },
      202: {
        description: "On its way",
        content: {
          "application/json": {
            schema: { type: "object", properties: { id: { type: "integer" } }, required: ["id"] },
          },
        },
      },
      204: { description: "No Content" },
      303: {
        description: "See Other",
        headers: {
          Location: { description: "Where to go.", schema: { type: "string", format: "uri-reference" } },
        },
      },
    });
  });

  it("stand beside errors, and carry the fields of a deprecated route", () => {
    const responses = responsesOf(
      { 200: Product, 303: empty },
      { errors: { 404: "None" }, deprecated: { since: "2026-06-01" } },
    );
    expect(Object.keys(responses)).toEqual(["200", "303", "404"]);
    expect(Object.keys(responses[200].headers)).toEqual(["Deprecation"]);
    expect(Object.keys(responses[303].headers)).toEqual(["Location", "Deprecation"]);
  });

  it("are those of the route where it says its own", () => {
    const read = endpoint({ output: { 200: Product, 202: Job } }, () => ({ name: "" }));
    const document = emitDocument((router) =>
      router.get("/", read, { output: Job, map: ({ name }) => ({ id: name.length }) }),
    );
    const { responses } = document.paths["/"]!.get!;
    expect(responses["200"]!.content).toEqual(responses["202"]!.content);
  });

  it("of content have its type, without parameters", () => {
    const text = { schema: { type: "string" } };
    const bytes = { schema: { type: "string", format: "binary" } };
    const contentOf = (type: string): unknown => responsesOf(content(type))[200].content;
    expect(contentOf("text/html")).toEqual({ "text/html": text });
    expect(contentOf("text/csv; charset=latin1; header=present")).toEqual({ "text/csv": text });
    expect(contentOf("image/svg+xml")).toEqual({ "image/svg+xml": text });
    expect(contentOf("image/png")).toEqual({ "image/png": bytes });
    expect(responsesOf(content("text/plain", { example: "hi" }), { status: 201 })).toEqual({
      201: { description: "Created", content: { "text/plain": { ...text, example: "hi" } } },
    });
    expect(responsesOf(empty)).toEqual({ 204: { description: "No Content" } });
  });

  it("of a file tell of ranges and conditions, unless the function says otherwise", () => {
    const pdf = { "application/pdf": { schema: { type: "string", format: "binary" } } };
    const responses = responsesOf(content.file("application/pdf"));
    expect(Object.keys(responses)).toEqual(["200", "206", "304", "412", "416"]);
    expect([responses[200].content, responses[206].content, responses[304].content]).toEqual([
      pdf,
      pdf,
      undefined,
    ]);
    const own = responsesOf(
      { 200: content.file(), 206: { description: "Mine", schema: Job } },
      { errors: { 416: "Mine" } },
    );
    expect([own[206].description, own[416].description]).toEqual(["Mine", "Mine"]);
    expect(Object.keys(responsesOf(content.file(), { status: 201 }))).toEqual(["201"]);
  });
});

describe("streams", () => {
  const item = { ...product };
  const event = {
    type: "object",
    properties: {
      data: { type: "string", contentMediaType: "application/json", contentSchema: item },
      event: { type: "string" },
      id: { type: "string" },
      retry: { type: "integer", minimum: 0 },
    },
    required: ["data"],
  };

  it("have an itemSchema in 3.2", () => {
    expect(responsesOf(jsonLines(Product), {}, "3.2.0")[200].content).toEqual({
      "application/jsonl": { itemSchema: item },
    });
    expect(responsesOf(events(Product), {}, "3.2.0")[200].content).toEqual({
      "text/event-stream": { itemSchema: event },
    });
    const words = responsesOf(events(z.enum(["a", "b"])), {}, "3.2.0")[200].content["text/event-stream"];
    expect(words.itemSchema.properties.data).toEqual({ type: "string", enum: ["a", "b"] });
  });

  it("hold a list of items in 3.1, which has no word for a stream of them", () => {
    const listOf = (type: string, items: unknown): unknown => ({
      [type]: { schema: { type: "string", contentMediaType: type, contentSchema: { type: "array", items } } },
    });
    expect(responsesOf(jsonLines(Product, { contentType: "application/x-ndjson" }))[200].content).toEqual(
      listOf("application/x-ndjson", item),
    );
    expect(responsesOf({ 200: events(Product), 202: Job })[200].content).toEqual(
      listOf("text/event-stream", event),
    );
  });

  it("have components of their items", () => {
    for (const openapiVersion of ["3.1.1", "3.2.0"] as const) {
      const document = emitDocument(
        (router) =>
          router.get(
            "/",
            endpoint({ output: jsonLines(Product) }, async function* read() {}),
          ),
        { openapiVersion },
      );
      expect(Object.keys(document.components!.schemas!)).toEqual(["Product"]);
    }
  });
});

it("passes the linter", { timeout: 180_000 }, async () => {
  expect(await lintEmitted()).toEqual([]);
});
