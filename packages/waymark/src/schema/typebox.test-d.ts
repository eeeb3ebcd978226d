import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Type } from "typebox";
import { expectTypeOf, test } from "vitest";
import { typebox } from "./typebox.ts";

test("the types of a TypeBox type are those of the schema", () => {
  const schema = typebox(Type.Object({ name: Type.String(), size: Type.Optional(Type.Integer()) }));
  expectTypeOf<StandardSchemaV1.InferOutput<typeof schema>>().toEqualTypeOf<{
    name: string;
    size?: number;
  }>();
});

test("an optional type may be undefined", () => {
  const schema = typebox(Type.Optional(Type.String()));
  expectTypeOf<StandardSchemaV1.InferOutput<typeof schema>>().toEqualTypeOf<string | undefined>();
});

test("a codec takes one type and gives another", () => {
  const schema = typebox(
    Type.Codec(Type.String())
      .Decode((text) => new Date(text))
      .Encode((date) => date.toISOString()),
  );
  expectTypeOf<StandardSchemaV1.InferInput<typeof schema>>().toEqualTypeOf<string>();
  expectTypeOf<StandardSchemaV1.InferOutput<typeof schema>>().toEqualTypeOf<Date>();
});
