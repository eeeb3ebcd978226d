import type { Schema } from "../inputs/input.ts";
import type { GroupMarker, WireMarker } from "../inputs/marker.ts";
import { jsonSchema } from "../schema/json-schema.ts";
import { kinds } from "../schema/kinds.ts";
import { objectGroup } from "../schema/object-group.ts";
import { SchemaError } from "../schema/schema-error.ts";
import { wireShape } from "../schema/shape.ts";
import type { Source } from "./route.ts";
import { wireNameOf } from "./wire-name.ts";

/** One parameter of a group as the one route has it: as if it had been declared by itself. */
export interface GroupMember {
  readonly property: string;
  /** The wire name on this route. */
  readonly name: string;
  readonly marker: WireMarker;
}

export type GroupSource = Extract<Source, { from: "group" }>;

/** The wire name of each property, as the group itself says; none where the schema is unusable, which is told of elsewhere. */
export function groupNames(marker: GroupMarker): ReadonlyMap<string, string> {
  const { place, options } = marker;
  const said = new Map(Object.entries(options.names ?? {}));
  return new Map(
    propertiesOf(marker).map((property) => {
      const name = said.get(property);
      const single: WireMarker = {
        in: place,
        schema: marker.schema,
        options: name === undefined ? {} : { name },
      };
      return [property, wireNameOf(property, single)] as const;
    }),
  );
}

function propertiesOf({ schema }: GroupMarker): string[] {
  try {
    return [...objectGroup(schema).members.keys()];
  } catch (error) {
    if (error instanceof SchemaError) return [];
    throw error;
  }
}

/** The parameters of a group one by one. Throws a `SchemaError` for a schema that cannot be a group. */
export function groupMembers({ names, marker }: GroupSource): GroupMember[] {
  return [...objectGroup(marker.schema).members].map(([property, schema]) => ({
    property,
    name: names.get(property) ?? property,
    marker: { in: marker.place, schema, options: optionsOf(marker, schema) },
  }));
}

/** The style is for those properties that are not single values. */
function optionsOf({ options }: GroupMarker, schema: Schema): WireMarker["options"] {
  const { style, explode, hidden } = options;
  const json = jsonSchema(schema, "input");
  const shape = wireShape(kinds(json, json));
  const fits = shape === "object" || (shape === "array" && style !== "deepObject");
  return {
    ...(hidden === undefined ? {} : { hidden }),
    ...(fits && style !== undefined ? { style } : {}),
    ...(fits && explode !== undefined && style !== "deepObject" ? { explode } : {}),
  };
}
