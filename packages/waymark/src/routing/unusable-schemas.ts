import type { Schema } from "../inputs/input.ts";
import * as mistakes from "../mistakes.ts";
import { wireReader } from "../schema/coerce.ts";
import { jsonSchema, type Side } from "../schema/json-schema.ts";
import { restReader } from "../schema/group-reader.ts";
import { takesDate } from "../schema/libraries/zod-dates.ts";
import { objectGroup } from "../schema/object-group.ts";
import { SchemaError } from "../schema/schema-error.ts";
import type { Mistake } from "../start-up-error.ts";
import { groupMembers } from "./group-members.ts";
import { type DeclaredReplies, isOutputKind } from "./declared-replies.ts";
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
  output: Schema | DeclaredReplies | undefined,
  errors: Readonly<Record<string, string | { readonly schema?: Schema }>>,
  report: Report,
): void {
  const all = [
    ...[...sources].map(([key, source]) => ({ by: `'${key}'`, source })),
    ...uses.flatMap(({ dependency, sources: own }) =>
      [...own].map(([key, source]) => ({ by: `'${key}' of the dependency ${nameOf(dependency)}`, source })),
    ),
  ];
  const readings = all.flatMap((reading) => withMembers(reading, report));
  const good = readings.filter((reading) =>
    attempt(`the input ${reading.by}`, () => check(reading.source), report),
  );
  checkSameName(good, report);
  for (const { what, schema } of schemasOf(output)) attempt(what, () => jsonSchema(schema, "output"), report);
  for (const [status, error] of Object.entries(errors))
    if (typeof error === "object" && error.schema !== undefined)
      attempt(`the error ${status}`, () => jsonSchema(error.schema!, "output"), report);
}

function schemasOf(output: Schema | DeclaredReplies | undefined): { what: string; schema: Schema }[] {
  if (output === undefined) return [];
  if (!(output instanceof Map)) return [{ what: "the output", schema: output as Schema }];
  return [...(output as DeclaredReplies)].flatMap(([status, { output: each }]) => {
    if (!isOutputKind(each)) return [{ what: `the output ${status}`, schema: each }];
    return "item" in each ? [{ what: `the items of the output ${status}`, schema: each.item }] : [];
  });
}

/** A group is read as what it consists of. */
function withMembers({ by, source }: Reading, report: Report): Reading[] {
  if (source.from !== "group") return [{ by, source }];
  const members: Reading[] = [];
  attempt(
    `the input ${by}`,
    () => {
      if (source.marker.place === "header") checkOpen(source.marker.schema);
      restReader(objectGroup(source.marker.schema));
      checkSendable(source.marker.schema);
      for (const { property, name, marker } of groupMembers(source))
        members.push({ by: `'${property}' of ${by}`, source: { from: source.marker.place, name, marker } });
    },
    report,
  );
  return members;
}

function checkOpen(schema: Schema): void {
  if (objectGroup(schema).closed)
    throw new SchemaError("a request always has header fields that nobody declared, so they cannot be refused: use an object that allows further keys"); // prettier-ignore
}

/** The same for a schema that stands alone; `what` names it. */
export function checkSchema(what: string, schema: Schema, side: Side, report: Report): void {
  attempt(what, () => jsonSchema(schema, side), report);
}

function checkSendable(schema: Schema): void {
  if (takesDate(schema))
    throw new SchemaError("Zod's date takes a Date, which no request carries: use z.iso.datetime(), from which a codec can make one, or z.coerce.date()"); // prettier-ignore
}

function check(source: Source): void {
  if (source.from === "body") jsonSchema(source.marker.schema, "input");
  else if (source.from === "absent") wireReader(source.marker, "absent");
  else if ("name" in source && source.from !== "file") wireReader(source.marker, source.name);
  if ("marker" in source && "schema" in source.marker) checkSendable(source.marker.schema);
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
    if (!("name" in source) || source.name === undefined || source.from === "file") continue;
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
