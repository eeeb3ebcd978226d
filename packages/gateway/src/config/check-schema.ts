import { nearest } from "waymark/internal";
import { isRecord } from "../documents/record.ts";
import { shown } from "../documents/shown.ts";
import { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { Findings, Found } from "../findings.ts";
import { FORMATS } from "./formats.ts";

type Schema = Readonly<Record<string, unknown>>;

/** A mistake and how deep it stands: of several readings of a value, the one that got furthest is what was meant. */
interface Fault {
  readonly found: Found;
  readonly spot: Spot;
}

/**
 * Holds what people wrote against one of our own JSON Schemas, and says every mistake in a sentence of its own, at the
 * line where it stands. Knows the keywords that these schemas have, and the formats of `formats.ts`; a data validator's
 * errors would be for machines. True where nothing is wrong.
 */
export function checkAgainst(schema: unknown, spot: Spot, findings: Findings): boolean {
  const faults = faultsOf(schema, spot, schema);
  for (const fault of faults) findings.mistake(fault.found, fault.spot.origin);
  return faults.length === 0;
}

function faultsOf(given: unknown, spot: Spot, root: unknown): Fault[] {
  if (given === true || !isRecord(given))
    return given === false ? [fault(wrong.wrongValue(shown(spot.value), "nothing"), spot)] : [];
  const schema = typeof given["$ref"] === "string" ? referred(given["$ref"], root) : given;
  const choices = (schema["anyOf"] ?? schema["oneOf"]) as readonly unknown[] | undefined;
  if (choices !== undefined) {
    const chosen = choiceFaults(choices, spot, root);
    if (chosen.length > 0) return chosen;
  }
  const plain = valueFault(schema, spot);
  if (plain !== undefined) return [plain];
  if (isRecord(spot.value)) return objectFaults(schema, spot, spot.value, root);
  return Array.isArray(spot.value) ? listFaults(schema, spot, root) : [];
}

function referred(reference: string, root: unknown): Schema {
  const name = reference.slice("#/$defs/".length);
  return (root as { readonly $defs: Readonly<Record<string, Schema>> }).$defs[name]!;
}

function fault(found: Found, spot: Spot): Fault {
  return { found, spot };
}

/** The faults of the choice whose type fits; where none does, one that names them all. */
function choiceFaults(choices: readonly unknown[], spot: Spot, root: unknown): Fault[] {
  let nearestChoice: Fault[] | undefined;
  for (const choice of choices) {
    const faults = faultsOf(choice, spot, root);
    if (faults.length === 0) return [];
    const isDeeper = faults.every(
      (each) => each.spot.pointer.length > spot.pointer.length || each.found.code !== "GW203",
    );
    if (isDeeper && (nearestChoice === undefined || faults.length < nearestChoice.length))
      nearestChoice = faults;
  }
  if (nearestChoice !== undefined) return nearestChoice;
  const expected = choices.map((choice) =>
    expectedOf(
      typeof (choice as Schema)["$ref"] === "string"
        ? referred((choice as Schema)["$ref"] as string, root)
        : choice,
    ),
  );
  const what = shownAs(spot.value, choices);
  return [fault(wrong.wrongValue(what, [...new Set(expected)].join(" or ")), spot)];
}

/** Somebody who writes a key in the place of its hash wants it in no log; nor the password of an address. */
const SECRETS: ReadonlyMap<unknown, string> = new Map([
  ["key-hash", "what is no hash"],
  ["password-hash", "what is no hash"],
  ["redis-address", "what is no address of Redis"],
]);

/** A value that is wrong, as far as it may be shown. */
function shownAs(value: unknown, schemas: readonly unknown[]): string {
  const [secret] = schemas.flatMap((each) => (isRecord(each) ? (SECRETS.get(each["format"]) ?? []) : []));
  return secret ?? shown(value);
}

function valueFault(schema: Schema, spot: Spot): Fault | undefined {
  const { value } = spot;
  const isRight =
    hasType(schema["type"], value) &&
    (!("const" in schema) || schema["const"] === value) &&
    (!Array.isArray(schema["enum"]) || schema["enum"].includes(value)) &&
    isInRange(schema, value) &&
    (typeof schema["pattern"] !== "string" ||
      typeof value !== "string" ||
      new RegExp(schema["pattern"], "u").test(value)) &&
    (typeof schema["format"] !== "string" || FORMATS.get(schema["format"])?.accepts(value) !== false);
  if (isRight) return undefined;
  return fault(wrong.wrongValue(shownAs(value, [schema]), expectedOf(schema)), spot);
}

function isInRange(schema: Schema, value: unknown): boolean {
  const size = typeof value === "number" ? value : undefined;
  const count = Array.isArray(value) ? value.length : undefined;
  const keys = isRecord(value) ? Object.keys(value).length : undefined;
  const length = typeof value === "string" ? value.length : undefined;
  return (
    isAbove(size, schema["minimum"]) &&
    isBelow(size, schema["maximum"]) &&
    (size === undefined ||
      typeof schema["exclusiveMinimum"] !== "number" ||
      size > schema["exclusiveMinimum"]) &&
    isAbove(count, schema["minItems"]) &&
    isBelow(count, schema["maxItems"]) &&
    isAbove(keys, schema["minProperties"]) &&
    isBelow(keys, schema["maxProperties"]) &&
    isAbove(length, schema["minLength"])
  );
}

function isAbove(value: number | undefined, least: unknown): boolean {
  return value === undefined || typeof least !== "number" || value >= least;
}

function isBelow(value: number | undefined, most: unknown): boolean {
  return value === undefined || typeof most !== "number" || value <= most;
}

function hasType(type: unknown, value: unknown): boolean {
  if (type === undefined) return true;
  return (Array.isArray(type) ? type : [type]).some((each) => {
    if (each === "integer") return Number.isInteger(value);
    if (each === "object") return isRecord(value);
    if (each === "array") return Array.isArray(value);
    if (each === "null") return value === null;
    return typeof value === each;
  });
}

const WORDS: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "nothing",
};

/** What a schema wants, in words. */
function expectedOf(given: unknown): string {
  if (!isRecord(given)) return "nothing";
  const { type, enum: values, format, title, minimum, maximum, minItems, minProperties, properties } = given;
  if (typeof title === "string") return title;
  if ("const" in given) return shown(given["const"]);
  if (Array.isArray(values)) return `one of ${values.map((value) => shown(value)).join(", ")}`;
  const words = typeof format === "string" ? FORMATS.get(format)?.words : undefined;
  if (words !== undefined) return words;
  if (type === undefined && Array.isArray(given["anyOf"])) return given["anyOf"].map(expectedOf).join(" or ");
  if (type === "object" && isRecord(properties))
    return `an object of ${given["maxProperties"] === 1 ? "one of " : ""}${someKeys(Object.keys(properties))}`;
  const types = (Array.isArray(type) ? type : [type])
    .map((each) => WORDS[String(each)] ?? "something else")
    .join(" or ");
  if (typeof minimum === "number" && typeof maximum === "number")
    return `${types} from ${minimum} to ${maximum}`;
  if (typeof minimum === "number") return `${types} from ${minimum}`;
  if (typeof minItems === "number") return `${types} of ${minItems} or more`;
  return typeof minProperties === "number" ? `${types} with something in it` : types;
}

function someKeys(keys: readonly string[]): string {
  const quoted = keys.slice(0, 5).map((key) => `'${key}'`);
  return keys.length > quoted.length ? `${quoted.join(", ")} and more` : quoted.join(", ");
}

function objectFaults(schema: Schema, spot: Spot, value: Schema, root: unknown): Fault[] {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, unknown>>;
  const known = Object.keys(properties);
  const further = schema["additionalProperties"] ?? true;
  const names = schema["propertyNames"] ?? true;
  const faults: Fault[] = [];
  for (const key of Object.keys(value)) {
    const { document, file, pointer } = spot.get(key);
    faults.push(...faultsOf(names, new Spot(document, file, key, pointer), root));
    if (Object.hasOwn(properties, key)) faults.push(...faultsOf(properties[key], spot.get(key), root));
    else if (further === false)
      faults.push(fault(wrong.unknownKey(key, nearest(key, known), known), spot.get(key)));
    else faults.push(...faultsOf(further, spot.get(key), root));
  }
  for (const key of (schema["required"] ?? []) as readonly string[])
    if (!Object.hasOwn(value, key)) faults.push(fault(wrong.missingKey(key), spot));
  return faults;
}

function listFaults(schema: Schema, spot: Spot, root: unknown): Fault[] {
  const first = (schema["prefixItems"] ?? []) as readonly unknown[];
  return spot.items().flatMap((item, index) => faultsOf(first[index] ?? schema["items"] ?? true, item, root));
}
