import { describe, expect, test } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { file, files, form, parts } from "../inputs/index.ts";
import type { Markers } from "../inputs/marker.ts";
import type { OpenApiDocument, OperationObject } from "./document.ts";
import { lintErrors } from "./lint-document.fixture.ts";

const FILE = { type: "string", format: "binary", contentMediaType: "application/octet-stream" };

function documentOf(input: object, options: object = {}): OpenApiDocument {
  const app = new App({
    title: "Forms",
    version: "1.0.0",
    servers: [{ url: "https://forms.example" }],
    license: { name: "MIT", identifier: "MIT" },
  });
  const store = endpoint({ name: "store", description: "Stores.", input: input as Markers }, () => "stored");
  app.add({ method: "POST", path: "/store", endpoint: store as never, tags: ["forms"], ...options });
  return app.openapi();
}
function operationOf(input: object, options: object = {}): OperationObject {
  return documentOf(input, options).paths["/store"]!.post!;
}
const mediaOf = (input: object): unknown => Object.values(operationOf(input).requestBody!.content)[0];
const Meta = z.object({ a: z.int() }).meta({ id: "Meta" });

describe("the body of an operation that reads a form", () => {
  test("is urlencoded or multipart without files, and multipart with them", () => {
    const types = (input: object): string[] => Object.keys(operationOf(input).requestBody!.content);
    expect(types({ a: form(z.string()) })).toEqual([
      "application/x-www-form-urlencoded",
      "multipart/form-data",
    ]);
    expect(types({ a: form(z.string()), b: file() })).toEqual(["multipart/form-data"]);
    expect(types({ a: parts() })).toEqual(["multipart/form-data"]);
  });

  test("is an object with a property for each field and file", () => {
    expect(
      mediaOf({
        title: form(z.string().min(2), { description: "Its title", examples: ["A"] }),
        count: form(z.int().default(1), { name: "n", deprecated: true }),
        tags: form(z.array(z.string()).optional()),
        hidden: form(z.string(), { hidden: true }),
        photo: file({ description: "JPEG", maxSize: 1000, accept: ["image/jpeg", "image/png"] }),
        cover: file({ optional: true, deprecated: true }),
        pages: files({ min: 2, max: 5 }),
        others: files({ min: 0 }),
      }),
    ).toEqual({
      schema: {
        type: "object",
        properties: {
          title: { type: "string", minLength: 2, description: "Its title", examples: ["A"] },
          n: expect.objectContaining({ type: "integer", default: 1, deprecated: true }),
          tags: { type: "array", items: { type: "string" } },
          photo: { ...FILE, maxLength: 1000, description: "JPEG" },
          cover: { ...FILE, deprecated: true },
          pages: { type: "array", items: FILE, minItems: 2, maxItems: 5 },
          others: { type: "array", items: FILE, default: [] },
        },
        required: ["title", "photo", "pages"],
      },
      encoding: { photo: { contentType: "image/jpeg, image/png" } },
    });
  });

  test("says how values that are more than one text are written", () => {
    expect(
      mediaOf({
        meta: form(Meta),
        price: form(z.object({ min: z.int() }), { style: "deepObject" }),
        ids: form(z.array(z.int()), { explode: false }),
      }),
    ).toMatchObject({
      schema: { properties: { meta: { $ref: "#/components/schemas/Meta" } } },
      encoding: {
        meta: { contentType: "application/json" },
        price: { style: "deepObject" },
        ids: { style: "form", explode: false },
      },
    });
  });

  test("is the group's own schema where it is nothing else", () => {
    const SignUp = z.strictObject({ email: z.email(), meta: Meta }).meta({ id: "SignUp" });
    expect(mediaOf({ all: form.all(SignUp) })).toEqual({
      schema: { $ref: "#/components/schemas/SignUp" },
      encoding: { meta: { contentType: "application/json" } },
    });
    expect(mediaOf({ all: form.all(SignUp), photo: file({ optional: true }) })).toMatchObject({
      schema: {
        type: "object",
        properties: { email: {}, meta: {}, photo: FILE },
        required: ["email", "meta"],
        additionalProperties: false,
      },
    });
    expect(mediaOf({ all: form.all(SignUp, { names: { email: "mail" } }) })).toMatchObject({
      schema: { properties: { mail: {} }, required: ["mail", "meta"] },
    });
  });

  test("is required if any of it is", () => {
    expect(operationOf({ a: form(z.string()) }).requestBody!.required).toBe(true);
    expect(
      operationOf({ a: form(z.string().optional()), b: file({ optional: true }) }).requestBody,
    ).not.toHaveProperty("required");
  });

  test("has what dependencies read as well, and the names of the route", () => {
    const owner = dependency(
      { input: { owner: form(z.string()), title: form(z.string()) } },
      ({ owner }) => owner,
    );
    const operation = operationOf(
      { title: form(z.string().optional()), owner, photo: file() },
      { bind: { photo: "picture" }, rename: { owner: "besitzer" } },
    );
    expect(operation.requestBody!.content["multipart/form-data"]!.schema).toMatchObject({
      properties: { title: {}, picture: FILE, besitzer: {} },
    });
    expect(operation.parameters).toBeUndefined();
  });

  test("comes with the refusal of its values, and not with what any body can meet", () => {
    const { responses } = operationOf({ a: form(z.string()) });
    expect(Object.keys(responses)).toEqual(["200", "422"]);
    expect(responses["422"]!.content!["application/problem+json"]!.example).toMatchObject({
      errors: [{ in: "form", name: "a" }],
    });
    expect(Object.keys(operationOf({ a: parts({ description: "Anything" }) }).responses)).toEqual(["200"]);
  });
});

test("documents with forms pass Redocly's recommended rules", { timeout: 180_000 }, async () => {
  const documents = new Map([
    [
      "fields",
      documentOf({ a: form(z.string()), all: form.all(z.strictObject({ b: z.int(), meta: Meta })) }),
    ],
    [
      "files",
      documentOf({ a: form(Meta), b: file({ maxSize: 5, accept: ["image/*"] }), c: files({ max: 3 }) }),
    ],
    ["parts", documentOf({ a: parts() })],
  ]);
  expect(await lintErrors(documents)).toEqual([]);
});
