import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { scope } from "arktype";
import { Type } from "typebox";
import * as v from "valibot";
import { expect, test } from "vitest";
import { z } from "zod";
import { documentSchema } from "./document-schema.ts";
import { typebox } from "./typebox.ts";

test("what has a name of its own is a definition", () => {
  const Maker = z.object({ city: z.string() }).meta({ id: "Maker" });
  const schema = z.array(z.object({ name: z.string(), maker: Maker }).meta({ id: "Product" }));
  const { $defs, ...root } = documentSchema(schema, "input");
  expect(root).toEqual({ type: "array", items: { $ref: "#/$defs/Product" } });
  expect(Object.keys($defs!).toSorted()).toEqual(["Maker", "Product"]);
  expect($defs!["Product"]).toMatchObject({ properties: { maker: { $ref: "#/$defs/Maker" } } });
});

test("what has no name stands where it is used", () => {
  const inner = z.object({ city: z.string() });
  expect(documentSchema(z.object({ a: inner, b: inner }), "input")).not.toHaveProperty("$defs");
});

test("of a recursive type, ArkType's made-up definitions shrink to the one object that needs one", () => {
  const { node } = scope({ node: { v: "string", kids: "node[]" } }).export();
  const { $ref, $defs } = documentSchema(node, "input");
  expect(Object.values($defs!)).toEqual([
    {
      type: "object",
      properties: { v: { type: "string" }, kids: { type: "array", items: { $ref } } },
      required: ["kids", "v"],
    },
  ]);
});

test("Valibot's recursive type is written once", () => {
  interface Node {
    readonly v: string;
    readonly kids: readonly Node[];
  }
  const Node: v.GenericSchema<Node> = v.object({ v: v.string(), kids: v.array(v.lazy(() => Node)) });
  expect(documentSchema(toStandardJsonSchema(Node), "output")).toEqual({
    $ref: "#/$defs/0",
    $defs: {
      0: {
        type: "object",
        properties: { v: { type: "string" }, kids: { type: "array", items: { $ref: "#/$defs/0" } } },
        required: ["v", "kids"],
      },
    },
  });
});

test("Zod's recursive type refers to itself, or to a definition that does", () => {
  const Tree = z.object({ v: z.string(), get kids() { return z.array(Tree); } }); // prettier-ignore
  expect(documentSchema(Tree, "input")).toMatchObject({ properties: { kids: { items: { $ref: "#" } } } });
  const { properties, $defs } = documentSchema(z.object({ tree: Tree }), "input");
  const { $ref } = properties!["tree"] as { $ref: string };
  expect($defs).toHaveProperty([$ref.slice("#/$defs/".length), "properties", "kids", "items", "$ref"], $ref);
});

test("a TypeBox $id and a cyclic type are definitions", () => {
  const Maker = Type.Object({ city: Type.String() }, { $id: "Maker" });
  const Product = typebox(Type.Object({ maker: Maker, makers: Type.Array(Maker) }, { $id: "Product" }));
  expect(documentSchema(Product, "input")).toMatchObject({
    $ref: "#/$defs/Product",
    $defs: {
      Product: {
        properties: { maker: { $ref: "#/$defs/Maker" }, makers: { items: { $ref: "#/$defs/Maker" } } },
      },
      Maker: { type: "object" },
    },
  });
  const Node = typebox(Type.Cyclic({ Node: Type.Object({ kids: Type.Array(Type.Ref("Node")) }) }, "Node"));
  expect(documentSchema(Node, "input")).toEqual({
    $ref: "#/$defs/Node",
    $defs: {
      Node: {
        type: "object",
        required: ["kids"],
        properties: { kids: { type: "array", items: { $ref: "#/$defs/Node" } } },
      },
    },
  });
});
