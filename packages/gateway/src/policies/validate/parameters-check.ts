import { HttpError, parseCookies, parseQuery, Query } from "waymark/internal";
import type { Call } from "../../call.ts";
import type { Parameter } from "../../snapshot.ts";
import { placed, type PlacedIssue } from "./issues.ts";
import { type ParameterCheck, parameterCheck } from "./parameter-check.ts";
import type { NamedSchemas } from "./named-schemas.ts";
import type { SchemaSet } from "./schema-set.ts";
import type { Raw } from "./value-readers.ts";

/** What all parameters of an operation may be. */
export interface ParametersCheck {
  /** Throws `HttpError` 400 for a query that cannot be read. */
  isValid(call: Call): boolean;
  issues(call: Call): PlacedIssue[];
}

/** OpenAPI 3.1 §4.8.12.1: these are said elsewhere in the document. */
const ELSEWHERE: ReadonlySet<string> = new Set(["accept", "content-type", "authorization"]);

const NO_QUERY = new Query([]);

export interface ParameterSettings {
  readonly schemas: NamedSchemas;
  readonly set: SchemaSet;
  readonly places: ReadonlySet<string>;
  /** Names of the query that are no parameters of the document's; undefined: any other name is welcome. */
  readonly knownQuery: ReadonlySet<string> | undefined;
  readonly report: (name: string, reason: string) => void;
}

export function parametersCheck(
  parameters: readonly Parameter[],
  { schemas, set, places, knownQuery, report }: ParameterSettings,
): ParametersCheck {
  const checks = parameters
    .filter(
      ({ in: place, name }) =>
        places.has(place) && !(place === "header" && ELSEWHERE.has(name.toLowerCase())),
    )
    .map((parameter) => parameterCheck(parameter, schemas, set, (reason) => report(parameter.name, reason)))
    .map((check) => ({ check, raw: rawOf(check.parameter) }));
  const ofQuery = checks.filter(({ check }) => check.parameter.in === "query").map(({ check }) => check);
  const readsQuery = ofQuery.length > 0 || knownQuery !== undefined;
  const isKnown = (name: string): boolean =>
    knownQuery?.has(name) === true || ofQuery.some((check) => check.owns(name));

  return {
    isValid(call) {
      const query = readsQuery ? queryOf(call) : NO_QUERY;
      for (const { check, raw } of checks) if (!check.isValid(raw(call, query), query)) return false;
      return knownQuery === undefined || unknownNames(query, isKnown).length === 0;
    },
    issues(call) {
      const query = readsQuery ? queryOf(call) : NO_QUERY;
      const issues = checks.flatMap(({ check, raw }) => {
        const { in: place, name } = check.parameter;
        return check.issues(raw(call, query), query).map((issue) => placed(issue, place, name));
      });
      if (knownQuery === undefined) return issues;
      return [
        ...issues,
        ...unknownNames(query, isKnown).map((name) =>
          placed(
            { path: [], message: "nothing of this name is known here", code: "unrecognized_keys" },
            "query",
            name.slice(0, 100),
          ),
        ),
      ];
    },
  };
}

function queryOf({ exchange }: Call): Query {
  const query = parseQuery(exchange.search);
  if (query.fault !== undefined) throw new HttpError(400, query.fault);
  return query;
}

function unknownNames({ pairs }: Query, isKnown: (name: string) => boolean): string[] {
  const names: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) if (!isKnown(pairs[i]!)) names.push(pairs[i]!);
  return names;
}

type ReadRaw = (call: Call, query: Query) => Raw;

function rawOf({ in: place, name }: ParameterCheck["parameter"]): ReadRaw {
  switch (place) {
    case "path":
      return ({ params }) => params.get(name);
    case "query":
      return (_, query) => query.get(name);
    case "header": {
      const field = name.toLowerCase();
      return ({ exchange }) => exchange.header(field);
    }
    case "cookie":
      return ({ exchange }) => cookieValues(exchange.header("cookie"), name);
  }
}

/**
 * Every value of a cookie, wherever it stands in the field: the service gets all of them, and may take another one than the
 * first.
 */
function cookieValues(field: string | undefined, name: string): Raw {
  if (field === undefined || !field.includes(name)) return undefined;
  const values: string[] = [];
  for (const pair of field.split(";")) {
    const value = parseCookies(pair).get(name);
    if (value !== undefined) values.push(value);
  }
  return values.length > 1 ? values : values[0];
}
