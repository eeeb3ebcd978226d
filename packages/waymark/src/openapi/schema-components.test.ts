import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { describe, expect, it } from "vitest";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import type { Schema } from "../inputs/input.ts";
import { emitDocument, lintEmitted } from "./emit-document.fixture.ts";

/** Routes that take and give these schemas, by name: `{ in: … }` is a body, `{ out: … }` an output. */
function emit(...uses: { in?: Schema; out?: Schema }[]) {
  return emitDocument((router) => {
    for (const [index, use] of uses.entries()) {
      const contract = {
        name: `use${index}`,
        ...(use.in === undefined ? {} : { input: { it: body(use.in) } }),
        ...(use.out === undefined ? {} : { output: use.out }),
      };
      router.add({
        method: "POST",
        path: `/${index}`,
        endpoint: endpoint(contract as object, () => undefined),
      });
    }
  });
}

const isOwn = (name: string) => name !== "Problem" && name !== "ValidationProblem";
const schemasOf = (...uses: Parameters<typeof emit>) =>
  Object.fromEntries(Object.entries(emit(...uses).components?.schemas ?? {}).filter(([name]) => isOwn(name)));
const sent = (document: ReturnType<typeof emit>, index: number) =>
  document.paths[`/${index}`]!.post!.requestBody!.content["application/json"]!.schema;
const received = (document: ReturnType<typeof emit>, index: number) =>
  document.paths[`/${index}`]!.post!.responses["200"]!.content!["application/json"]!.schema;

const Plain = z.object({ name: z.string() }).meta({ id: "Plain" });
const Defaulted = z.object({ size: z.int().default(1) }).meta({ id: "Defaulted" });

describe("schemas with an id", () => {
  it("are one component for both sides while these look the same", () => {
    const document = emit({ in: Plain, out: Plain }, { out: z.array(Plain) });
    expect(document.components!.schemas!["Plain"]).toEqual({
      type: "object",
      properties: { name: { type: "string" } },
      required: ["name"],
    });
    expect(sent(document, 0)).toEqual({ $ref: "#/components/schemas/Plain" });
    expect(received(document, 0)).toEqual({ $ref: "#/components/schemas/Plain" });
    expect(received(document, 1)).toEqual({ type: "array", items: { $ref: "#/components/schemas/Plain" } });
  });

  it("become two where the sides differ, the received one keeping the id", () => {
    const document = emit({ in: Defaulted, out: Defaulted });
    expect(document.components!.schemas!["Defaulted"]!.required).toEqual(["size"]);
    expect(document.components!.schemas!["DefaultedInput"]).not.toHaveProperty("required");
    expect(sent(document, 0)).toEqual({ $ref: "#/components/schemas/DefaultedInput" });
    expect(received(document, 0)).toEqual({ $ref: "#/components/schemas/Defaulted" });
  });

  it("stay one where only one side is used", () => {
    expect(Object.keys(schemasOf({ in: Defaulted }))).toEqual(["Defaulted"]);
    expect(Object.keys(schemasOf({ out: Defaulted }))).toEqual(["Defaulted"]);
  });

  it("become two with what they refer to, however far away", () => {
    const Middle = z.object({ inner: Defaulted }).meta({ id: "Middle" });
    const Outer = z.object({ middle: z.array(Middle), plain: Plain }).meta({ id: "Outer" });
    const schemas = schemasOf({ in: Outer, out: Outer });
    expect(Object.keys(schemas)).toEqual([
      "Defaulted",
      "DefaultedInput",
      "Middle",
      "MiddleInput",
      "Outer",
      "OuterInput",
      "Plain",
    ]);
    expect(JSON.stringify(schemas["OuterInput"])).toContain("#/components/schemas/MiddleInput");
    expect(JSON.stringify(schemas["Outer"])).toContain('#/components/schemas/Middle"');
  });

  it("may refer to themselves and to each other", () => {
    const Node = z
      .object({
        value: z.string(),
        get children() {
          return z.array(Node).default([]);
        },
      })
      .meta({ id: "Node" }) as z.ZodType;
    const schemas = schemasOf({ in: Node, out: Node });
    expect(Object.keys(schemas)).toEqual(["Node", "NodeInput"]);
    expect(schemas["NodeInput"]!.properties!["children"]).toMatchObject({
      items: { $ref: "#/components/schemas/NodeInput" },
    });
  });

  it("keep what is said about them where they are used", () => {
    const document = emit({ out: z.object({ owner: Plain.describe("Who has it") }) });
    expect(received(document, 0)!.properties!["owner"]).toEqual({
      description: "Who has it",
      $ref: "#/components/schemas/Plain",
    });
  });

  it("stay closed where they are strict, and are not closed by being given", () => {
    const schemas = schemasOf(
      { in: Plain, out: Plain },
      {
        in: z.strictObject({ a: Plain }).meta({ id: "Strict" }),
        out: z.looseObject({}).meta({ id: "Loose" }),
      },
    );
    expect(schemas["Strict"]).toMatchObject({ additionalProperties: false });
    expect(schemas["Loose"]).toMatchObject({ additionalProperties: {} });
    expect(schemas["Plain"]).not.toHaveProperty("additionalProperties");
  });

  it("are refused when two are different and have the same id, and both are named", () => {
    const other = z.object({ name: z.int() }).meta({ id: "Plain" });
    expect(() => emit({ out: Plain }, { in: other })).toThrow(
      "two different schemas have the id 'Plain': in the output of POST /0 and in the body of POST /1",
    );
  });

  it("are the same when they say the same, made once or twice", () => {
    const again = z.object({ name: z.string() }).meta({ id: "Plain" });
    expect(Object.keys(schemasOf({ out: Plain }, { in: again }))).toEqual(["Plain"]);
  });

  it("are refused where an input variant needs a name that another schema has", () => {
    const other = z.object({ x: z.string() }).meta({ id: "DefaultedInput" });
    expect(() => emit({ in: Defaulted, out: Defaulted }, { out: other })).toThrow(
      "'DefaultedInput' is the id of the schema in the output of POST /1, and the name of what 'Defaulted' takes as input",
    );
  });

  it("may have a name of the framework's own, which makes way", () => {
    const Problem = z.object({ mine: z.string() }).meta({ id: "Problem" });
    const document = emit({ in: Problem });
    expect(document.components!.schemas!["Problem"]!.properties).toHaveProperty("mine");
    expect(document.components!.schemas!["WaymarkProblem"]!.properties).toHaveProperty("detail");
    expect(document.components!.schemas!["ValidationProblem"]).toMatchObject({
      allOf: [{ $ref: "#/components/schemas/WaymarkProblem" }, {}],
    });
  });

  it("get a name that OpenAPI can hold", () => {
    const document = emit({ out: z.object({}).meta({ id: "Page<Item/Part>" }) });
    expect(received(document, 0)).toEqual({ $ref: "#/components/schemas/Page_Item_Part_" });
  });
});

describe("schemas without an id", () => {
  it("stand where they are used", () => {
    expect(schemasOf({ in: z.object({ a: z.string() }), out: z.object({ a: z.string() }) })).toEqual({});
  });

  it("are named after their first use when they refer to themselves", () => {
    const Node = z.object({
      get next() {
        return Node.optional();
      },
    }) as z.ZodType;
    expect(schemasOf({ in: Node }, { out: Node })).toEqual({
      Use0Body: { type: "object", properties: { next: { $ref: "#/components/schemas/Use0Body" } } },
    });
    expect(Object.keys(schemasOf({ in: z.object({ deep: Node }) }))).toEqual(["Use0Body1"]);
  });

  it("take data that looks like a schema for data", () => {
    const document = emit({
      in: z.object({ any: z.any().default({ $ref: "#/x", id: "no", additionalProperties: false }) }),
    });
    expect(sent(document, 0)!.properties!["any"]).toEqual({
      default: { $ref: "#/x", id: "no", additionalProperties: false },
    });
    const named = emit({ out: z.object({ id: z.string(), $id: z.string() }) });
    expect(Object.keys(received(named, 0)!.properties!)).toEqual(["id", "$id"]);
  });
});

describe("schemas of other libraries", () => {
  it("of ArkType have no names that change from run to run", () => {
    const types = type.module({ Box: { value: "string", "inside?": "Box" } });
    expect(Object.keys(schemasOf({ in: types.Box, out: types.Box }))).toEqual(["Use0Body1"]);
  });

  it("of Valibot may refer to themselves and may have an id", () => {
    const Tree: v.GenericSchema = v.object({ name: v.string(), children: v.array(v.lazy(() => Tree)) });
    const Named = v.pipe(v.object({ name: v.string() }), v.metadata({ id: "Named" }));
    const schemas = schemasOf(
      { in: toStandardJsonSchema(Tree) },
      { out: toStandardJsonSchema(v.array(Named)) },
    );
    expect(Object.keys(schemas)).toEqual(["Named", "Use0Body1"]);
    expect(schemas["Named"]).toEqual({
      type: "object",
      properties: { name: { type: "string" } },
      required: ["name"],
    });
  });

  it("may have any text for an id", () => {
    const Odd = z.object({ $ref: z.string(), "a/b~c%": z.int() }).meta({ id: "a/b~c%" });
    const schemas = schemasOf({ in: z.array(Odd), out: z.object({ one: Odd, two: Odd }) });
    expect(Object.keys(schemas)).toEqual(["a_b_c_"]);
    expect(schemas["a_b_c_"]!.properties).toEqual({
      $ref: { type: "string" },
      "a/b~c%": { type: "integer" },
    });
    expect(emit({ in: Odd }).paths["/0"]!.post!.requestBody!.content["application/json"]!.schema).toEqual({
      $ref: "#/components/schemas/a_b_c_",
    });
    expect(Object.keys(schemasOf({ in: z.object({ a: z.int() }).meta({ id: "__proto__" }) }))).toEqual([
      "__proto__",
    ]);
  });

  it("whose ids differ only in what a component's name cannot hold are a mistake, even inside each other", () => {
    const Inner = z.object({ a: z.int() }).meta({ id: "one/two" });
    const Outer = z.object({ inner: Inner }).meta({ id: "one_two" });
    expect(() => emit({ in: Outer })).toThrow(/two different schemas have the id 'one_two'/);
  });

  it("may refer to a part of themselves", () => {
    const json = {
      type: "object",
      properties: {
        first: { type: "string" },
        second: { $ref: "#/properties/first" },
        third: { $ref: "#/$defs/T/properties/x" },
        fourth: { $ref: "#/$defs/T" },
      },
      $defs: { T: { type: "object", properties: { x: { type: "integer" } } } },
    };
    const schema = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) => ({ value }),
        jsonSchema: { input: () => json, output: () => json },
      },
    } satisfies Schema & { "~standard": { jsonSchema: unknown } };
    expect(schemasOf({ in: schema })["Use0Body"]!.properties).toEqual({
      first: { type: "string" },
      second: { $ref: "#/components/schemas/Use0Body/properties/first" },
      third: { $ref: "#/components/schemas/T/properties/x" },
      fourth: { $ref: "#/components/schemas/T" },
    });
  });
});

it("pass the linter", async () => {
  expect(await lintEmitted()).toEqual([]);
}, 180_000);
