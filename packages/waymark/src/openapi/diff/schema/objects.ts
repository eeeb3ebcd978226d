import type { Flow } from "../codes.ts";
import { isFalse, type Conjunction } from "./conjunction.ts";
import { readAlternatives } from "./alternatives.ts";
import { propertySchema } from "./property-schema.ts";
import { member, membersOf, type Shape } from "./shape.ts";

export interface Property {
  readonly schema: Conjunction;
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
}

/** The properties that an object may have by name, those that some part of the schema forbids left out. */
export function propertiesOf(shape: Shape): Map<string, Property> {
  const required = new Set(
    membersOf(shape, "required").flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : [])),
  );
  const names = new Set(
    shape.parts.flatMap((spot) => Object.keys((member(spot, "properties") as object | undefined) ?? {})),
  );
  for (const name of required) if (typeof name === "string") names.add(name);
  const found = new Map<string, Property>();
  for (const name of names) {
    const schema = propertySchema(shape.parts, name);
    if (isFalse(schema)) continue;
    const { own } = readAlternatives(schema);
    const says = (keyword: string): boolean => own.some((spot) => spot.says(keyword));
    found.set(name, {
      schema,
      required: required.has(name),
      readOnly: says("readOnly"),
      writeOnly: says("writeOnly"),
    });
  }
  return found;
}

/** Whether the property is part of what is sent this way (OpenAPI 3.1, `readOnly` and `writeOnly`). */
export function travels(property: Property, flow: Flow): boolean {
  return flow === "received" ? !property.readOnly : !property.writeOnly;
}

/** The schema of properties that are not declared. */
export function undeclaredSchema({ parts }: Shape): Conjunction {
  return parts.flatMap((spot) =>
    (["additionalProperties", "unevaluatedProperties"] as const)
      .map((keyword) => spot.get(keyword))
      .filter((found) => found !== undefined && found.value !== true)
      .map((found) => found!),
  );
}
