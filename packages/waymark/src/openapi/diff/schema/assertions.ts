import { isRecord } from "../../canonical-text.ts";
import type { Spot } from "../source.ts";

/** Say something to people, or elsewhere: no value fails for them. */
const SILENT: ReadonlySet<string> = new Set([
  "title", "description", "externalDocs", "default", "deprecated", "example", "examples", "readOnly", "writeOnly", "nullable",
  "discriminator", "$comment", "$id", "$anchor", "$schema", "$defs", "definitions",
]); // prettier-ignore
/** Are read as alternatives, or as further parts. */
const COMBINING: ReadonlySet<string> = new Set(["$ref", "allOf", "anyOf", "oneOf"]);

/** The keywords of a part of a schema that a value may fail for by itself. */
export function assertionsOf({ value, source }: Spot): string[] {
  if (!isRecord(value)) return [];
  return Object.keys(value).filter((key) => {
    if (SILENT.has(key) || key.startsWith("x-")) return false;
    const reference = key === "$ref" && value[key];
    if (typeof reference === "string") return source.target(reference) === undefined;
    return !COMBINING.has(key);
  });
}
