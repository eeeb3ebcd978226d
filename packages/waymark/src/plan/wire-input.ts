import { parseCookies } from "../http/cookies.ts";
import { HttpError } from "../http/http-error.ts";
import type { Issue } from "../http/validation-error.ts";
import type { Schema } from "../inputs/input.ts";
import type { Route, Source } from "../routing/route.ts";
import { UNREADABLE, wireReader, type WireReader } from "../schema/coerce.ts";
import { fastVerdict, type FastVerdict } from "../schema/fast/verdict.ts";
import type { Issue as SchemaIssue } from "../schema/issue.ts";
import { parseQuery, type Query } from "../schema/query.ts";
import { fieldReading } from "./form-input.ts";
import type { Run } from "./run.ts";
import { usable } from "./usable.ts";

export type WireSource = Extract<
  Source,
  { from: "path" | "query" | "header" | "cookie" | "body" | "form" | "absent" }
>;

/** An input that comes over the wire: read, converted, and then judged by its schema. */
export interface WireInput {
  readonly in: "path" | "query" | "header" | "cookie" | "body" | "form";
  /** The wire name; "" for a body that stands alone. */
  readonly name: string;
  readonly schema: Schema;
  /** The schema's verdict without the library, where there is one. */
  readonly verdict: FastVerdict | undefined;
  readonly slot: number;
  /** The value for the schema to judge, or UNREADABLE. */
  readonly read: (run: Run) => unknown;
  /** Why `read` gave UNREADABLE. */
  readonly explain: (run: Run) => readonly SchemaIssue[] | Promise<readonly SchemaIssue[]>;
  /** Of a group: where an issue of the object as a whole stands on the wire. */
  readonly locate: ((issue: SchemaIssue) => Pick<Issue, "name" | "path">) | undefined;
}

type Reading = Pick<WireInput, "in" | "name" | "read" | "explain">;

export function wireInput(route: Route, source: WireSource, slot: number): WireInput {
  const reading = source.from === "body" ? bodyReading(source.name) : markerReading(route, source);
  const { schema } = source.marker;
  return { ...reading, schema, verdict: fastVerdict(schema), slot, locate: undefined };
}

function markerReading(route: Route, source: Exclude<WireSource, { from: "body" }>): Reading {
  if (source.from === "absent")
    return { in: "path", name: source.marker.options.name ?? "", read: () => undefined, explain: () => [] };
  const { from, name, marker } = source;
  const reader = usable(route, `the input '${name}' of the ${from}`, () => wireReader(marker, name));
  const of = (raw: (run: Run) => Parameters<WireReader["read"]>[0]): Reading => ({
    in: from,
    name,
    read: (run) => reader.read(raw(run)),
    explain: (run) => reader.explain(raw(run)),
  });
  switch (from) {
    case "path": {
      const index = route.template.names.indexOf(name);
      return of((run) => run.params[index]);
    }
    case "header":
      return of((run) => run.exchange.header(name));
    case "cookie":
      return of((run) => cookiesOf(run).get(name));
    case "form":
      return fieldReading(name, reader);
    case "query":
      return queryReading(name, reader) ?? of((run) => queryOf(run).get(name));
  }
}

/** An object that is spread over several names of the query. */
function queryReading(name: string, { readObject, explainObject }: WireReader): Reading | undefined {
  if (readObject === undefined || explainObject === undefined) return undefined;
  return {
    in: "query",
    name,
    read: (run) => readObject(queryOf(run)),
    explain: (run) => explainObject(queryOf(run)),
  };
}

export function queryOf(run: Run): Query {
  if (run.query === undefined) {
    run.query = parseQuery(run.exchange.search);
    if (run.query.fault !== undefined) throw new HttpError(400, `${run.query.fault}.`);
  }
  return run.query;
}

export function cookiesOf(run: Run): ReadonlyMap<string, string> {
  return (run.cookies ??= parseCookies(run.exchange.header("cookie")));
}

/** Told once for a request, however many keys are read: every keyed body explains itself by this one object. */
export const NOT_AN_OBJECT: SchemaIssue = { path: [], message: "expected an object", code: "invalid_type" };

function bodyReading(key: string | undefined): Reading {
  if (key === undefined) return { in: "body", name: "", read: (run) => run.body, explain: () => [] };
  return {
    in: "body",
    name: key,
    read({ body }) {
      if (body === undefined) return undefined;
      if (typeof body !== "object" || body === null || Array.isArray(body)) return UNREADABLE;
      // The keys are the client's: what Object.prototype has is not among them.
      return Object.hasOwn(body, key) ? (body as Record<string, unknown>)[key] : undefined;
    },
    explain: () => [NOT_AN_OBJECT],
  };
}

/** An issue as the client is told of it; what is wrong with the body as a whole has no name. */
export function issueOf({ in: place, name, locate }: WireInput, issue: SchemaIssue): Issue {
  const { message, code } = issue;
  if (locate !== undefined) return { in: place, ...locate(issue), message, code };
  return { in: place, name: issue === NOT_AN_OBJECT ? "" : name, path: issue.path, message, code };
}
