import { checkField, isFraming } from "waymark/internal";
import type { Call } from "../../call.ts";
import type { JsonSchema } from "../../snapshot.ts";
import { optionsSchema, texts } from "../options.ts";
import { fieldValue } from "./field-value.ts";
import { template, type Template } from "./template.ts";

export interface HeaderOptions {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
}

const VALUES = { type: "object", additionalProperties: { type: "string" } };

export function headerSchema(description: string): JsonSchema {
  return {
    ...(optionsSchema(
      `${description} In this order: remove, rename, set, add. Values may hold \${consumer.id}, \${principal.id}, \${claim.name}, \${path.name}, \${query.name}, \${header.name}, \${cookie.name}, \${ip}, \${method}, \${operation.id} and \${service}; where one of them is not there the field is left out.`,
      {
        remove: texts("Fields that are taken away."),
        rename: { ...VALUES, description: "Fields that get another name, and keep their value." },
        set: { ...VALUES, description: "Fields with their values, in the place of what there was." },
        add: { ...VALUES, description: "Values that are added to what a field has." },
      },
    ) as object),
    minProperties: 1,
  };
}

/** What a message is made of, beside how it travels: only the gateway can say it. */
const OWN: ReadonlySet<string> = new Set(["content-length", "host"]);

interface HeaderEdits {
  readonly remove: readonly string[];
  readonly rename: readonly (readonly [from: string, to: string])[];
  readonly set: readonly (readonly [name: string, value: Template])[];
  readonly add: readonly (readonly [name: string, value: Template])[];
}

/** Throws a `TypeError` for a name that is none, or that only the gateway can say, and for a value that HTTP cannot carry. */
export function headerEdits({ set = {}, add = {}, remove = [], rename = {} }: HeaderOptions): HeaderEdits {
  return {
    remove: remove.map(nameOf),
    rename: Object.entries(rename).map(([from, to]) => [nameOf(from), nameOf(to)] as const),
    set: valuesOf(set),
    add: valuesOf(add),
  };
}

function valuesOf(values: Readonly<Record<string, string>>): (readonly [string, Template])[] {
  return Object.entries(values).map(([name, value]) => {
    checkField(name, value);
    return [nameOf(name), template(value)] as const;
  });
}

function nameOf(name: string): string {
  const lower = checkField(name, "");
  if (OWN.has(lower) || isFraming(lower)) throw new TypeError(`${name} is for the gateway itself to say`);
  return lower;
}

/** Applies edits to fields of which `current` gives what is there without them. */
export function editHeaders(
  { remove, rename, set, add }: HeaderEdits,
  fields: Map<string, string | null>,
  current: (name: string) => string | undefined,
  call: Call,
): void {
  const valueOf = (name: string): string | undefined =>
    fields.has(name) ? (fields.get(name) ?? undefined) : current(name);
  for (const name of remove) fields.set(name, null);
  for (const [from, to] of rename) {
    const value = valueOf(from);
    if (value === undefined) continue;
    fields.set(from, null);
    fields.set(to, value);
  }
  const filled = (value: Template): string | undefined => {
    const text = value(call);
    return text === undefined ? undefined : fieldValue(text);
  };
  for (const [name, value] of set) fields.set(name, filled(value) ?? null);
  for (const [name, value] of add) {
    const more = filled(value);
    const before = valueOf(name);
    if (more !== undefined) fields.set(name, before === undefined ? more : `${before}, ${more}`);
  }
}
