import type { Schema } from "../inputs/input.ts";
import * as mistakes from "../mistakes.ts";
import { wireReader } from "../schema/coerce.ts";
import { jsonSchema } from "../schema/json-schema.ts";
import { SchemaError } from "../schema/schema-error.ts";
import type { Mistake } from "../start-up-error.ts";
import type { DependencyUse, Source } from "./route.ts";
import { nameOf } from "./uses.ts";

type Report = (mistake: Mistake) => void;

/** One reader of a value on the wire. */
interface Reading {
  /** Who reads it, for a sentence: "'limit'", or "'limit' of the dependency paging". */
  readonly by: string;
  readonly source: Source;
}

/**
 * Tells of every schema on a route that cannot do what its place asks of it: inputs by name, those of dependencies too,
 * and the output; and of two inputs that read one value with schemas that differ.
 */
export function checkSchemas(
  sources: ReadonlyMap<string, Source>,
  uses: readonly DependencyUse[],
  output: Schema | undefined,
  errors: Readonly<Record<string, string | { readonly schema?: Schema }>>,
  report: Report,
): void {
  const readings = [
    ...[...sources].map(([key, source]) => ({ by: `'${key}'`, source })),
    ...uses.flatMap(({ dependency, sources: own }) =>
      [...own].map(([key, source]) => ({ by: `'${key}' of the dependency ${nameOf(dependency)}`, source })),
    ),
  ];
  const good = readings.filter((reading) =>
    attempt(`the input ${reading.by}`, () => check(reading.source), report),
  );
  checkSameName(good, report);
  if (output !== undefined) attempt("the output", () => jsonSchema(output, "output"), report);
  for (const [status, error] of Object.entries(errors))
    if (typeof error === "object" && error.schema !== undefined)
      attempt(`the error ${status}`, () => jsonSchema(error.schema!, "output"), report);
}

function check(source: Source): void {
  if (source.from === "body") jsonSchema(source.marker.schema, "input");
  else if (source.from === "absent") wireReader(source.marker, "absent");
  else if ("name" in source) wireReader(source.marker, source.name);
}

function attempt(what: string, run: () => unknown, report: Report): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    report(mistakes.unusableSchema(what, error.message));
    return false;
  }
}

function checkSameName(readings: readonly Reading[], report: Report): void {
  const first = new Map<string, Reading>();
  for (const reading of readings) {
    const { source } = reading;
    if (!("name" in source) || source.name === undefined) continue;
    const place = `${source.from} ${source.name}`;
    const other = first.get(place);
    if (other === undefined) first.set(place, reading);
    else if (!isSame(source.marker.schema, schemaOf(other.source)))
      report(mistakes.differingSchemas(source.from, source.name, [other.by, reading.by]));
  }
}

function schemaOf(source: Source): Schema | undefined {
  return "marker" in source && "schema" in source.marker ? source.marker.schema : undefined;
}

/** Schemas made twice with the same words are the same: what counts is what they say on the wire. */
function isSame(a: Schema, b: Schema | undefined): boolean {
  return a === b || (b !== undefined && textOf(a) === textOf(b));
}

function textOf(schema: Schema): string {
  return JSON.stringify(jsonSchema(schema, "input"), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
