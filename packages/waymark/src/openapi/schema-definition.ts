import type { Side } from "../schema/json-schema.ts";
import { definitionKey, pointerKey } from "../schema/resolve.ts";
import { mapSubschemas } from "../schema/subschemas.ts";
import type { SchemaObject } from "./document.ts";
import { isRecord } from "./canonical-text.ts";

/** A schema as a library gives it, taken apart: its own part, and the parts it refers to by name. */
export interface Parts {
  readonly root: SchemaObject;
  readonly named: ReadonlyMap<string, SchemaObject>;
}

export interface Naming {
  /** The component for a `$defs` key of the library. */
  readonly component: (key: string) => string;
  /** The component for the schema itself, where it refers to itself by "#". */
  readonly self: () => string;
}

const SCHEME = "waymark-component:";
const REFERENCE = new RegExp(`^${SCHEME}(input|output):([^/]+)(.*)$`);
/** A JSON pointer in a URI fragment (RFC 6901 §6): the key of a definition, if it names one, and the way on from there. */
const POINTER = /^#(?:\/(?:\$defs|definitions)\/([^/]+))?((?:\/[^/]+)*)$/;

/** What a reference points to. */
export interface Target {
  readonly side: Side;
  readonly component: string;
  /** The way on inside the component, as a JSON pointer (RFC 6901); mostly "". */
  readonly inside: string;
}

/** A reference whose final name is not known yet, since that depends on which variants the whole document needs. */
export function reference(
  side: Side,
  component: string,
  inside = "",
): SchemaObject & { readonly $ref: string } {
  return { $ref: `${SCHEME}${side}:${component}${inside}` };
}

/** What a reference made here points to; undefined for any other text. */
export function referenced(ref: unknown): Target | undefined {
  const match = typeof ref === "string" ? REFERENCE.exec(ref) : null;
  return match === null ? undefined : { side: match[1] as Side, component: match[2]!, inside: match[3]! };
}

/**
 * Takes a self-contained JSON Schema apart: every definition and every subschema with an `id` or `$id` of its own becomes
 * a named part, every reference a `reference`. (`$id` would change the base of references, and `id` is no keyword.)
 */
export function takeApart(json: SchemaObject, side: Side, naming: Naming): Parts {
  const named = new Map<string, SchemaObject>();
  const definitions = new Map(definitionsOf(json));

  const visit = (schema: SchemaObject): SchemaObject => {
    const { $schema: _schema, $id, id, $defs: _defs, definitions: _definitions, ...rest } = schema;
    const mapped = mapSubschemas(withoutSafeBounds(rest), (each) =>
      typeof each === "boolean" ? each : visit(each),
    );
    const own = mapped.$ref === undefined ? mapped : { ...mapped, ...resolve(mapped.$ref) };
    const declared = $id ?? id;
    if (typeof declared !== "string" || declared === "") return own;
    const component = naming.component(declared);
    named.set(component, own);
    return reference(side, component);
  };
  const resolve = (ref: string): SchemaObject => {
    // TypeBox refers to a definition by its bare name, which is its `$id`.
    if (definitions.has(ref)) return reference(side, naming.component(ref));
    const written = definitionKey(ref);
    if (written !== undefined && definitions.has(written)) return reference(side, naming.component(written));
    const match = POINTER.exec(ref);
    if (match === null) return { $ref: ref };
    const [, key, inside = ""] = match;
    if (key === undefined) return reference(side, naming.self(), inside);
    return reference(side, naming.component(pointerKey(key)), inside);
  };

  for (const [key, definition] of definitions) {
    const part = visit(definition);
    const component = naming.component(key);
    // A definition with an id equal to its key has put itself in place already.
    if (part.$ref !== reference(side, component).$ref) named.set(component, part);
  }
  const root = visit(json);
  if (!refersToItself(json)) return { root, named };
  const self = naming.self();
  if (root.$ref !== reference(side, self).$ref) named.set(self, root);
  return { root: reference(side, self), named };
}

/** Zod writes the bounds of safe integers into every integer, where they tell a reader nothing. */
function withoutSafeBounds(schema: SchemaObject): SchemaObject {
  const { minimum, maximum } = schema;
  if (minimum !== Number.MIN_SAFE_INTEGER && maximum !== Number.MAX_SAFE_INTEGER) return schema;
  const entries = Object.entries(schema).filter(
    ([keyword, value]) =>
      !(keyword === "minimum" && value === Number.MIN_SAFE_INTEGER) &&
      !(keyword === "maximum" && value === Number.MAX_SAFE_INTEGER),
  );
  return Object.fromEntries(entries);
}

function definitionsOf(json: SchemaObject): [string, SchemaObject][] {
  return [json["definitions"], json["$defs"]]
    .filter(isRecord)
    .flatMap((definitions) => Object.entries(definitions))
    .filter((entry): entry is [string, SchemaObject] => isRecord(entry[1]));
}

function refersToItself(json: SchemaObject): boolean {
  let found = false;
  const visit = (schema: SchemaObject | boolean): SchemaObject | boolean => {
    if (typeof schema === "boolean") return schema;
    const match = schema.$ref === undefined ? null : POINTER.exec(schema.$ref);
    found ||= match !== null && match[1] === undefined;
    return mapSubschemas(schema, visit);
  };
  visit(json);
  return found;
}
