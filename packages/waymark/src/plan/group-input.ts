import type { Exchange } from "../http/exchange.ts";
import type { Issue } from "../http/validation-error.ts";
import type { Schema } from "../inputs/input.ts";
import { groupMembers, type GroupSource } from "../routing/group-members.ts";
import { namesReadOn } from "../routing/read-names.ts";
import type { Route } from "../routing/route.ts";
import { admitsAbsence } from "../schema/absence.ts";
import { fastVerdict } from "../schema/fast/verdict.ts";
import { groupReader, type Carrier, type GroupFault, type NamedIssue } from "../schema/group-reader.ts";
import type { Issue as SchemaIssue } from "../schema/issue.ts";
import { objectGroup } from "../schema/object-group.ts";
import type { Query } from "../schema/query.ts";
import { validate } from "../schema/validate.ts";
import type { Run } from "./run.ts";
import { usable } from "./usable.ts";
import { cookiesOf, queryOf, type WireInput } from "./wire-input.ts";

/** A group: its properties are read each under its name, and judged together by the schema of the object. */
export function groupInput(route: Route, source: GroupSource, slot: number): WireInput {
  const { place } = source.marker;
  if (place === "query") return inputOf(route, source, slot, QUERY, queryOf);
  if (place === "form") return inputOf(route, source, slot, QUERY, (run) => run.form!.fields);
  if (place === "cookie") return inputOf(route, source, slot, COOKIES, cookiesOf);
  return inputOf(route, source, slot, HEADERS, (run) => run.exchange);
}

function inputOf<C>(
  route: Route,
  source: GroupSource,
  slot: number,
  carrier: Carrier<C>,
  carrierOf: (run: Run) => C,
): WireInput {
  const { names, marker } = source;
  const { place, schema } = marker;
  const reader = usable(route, `a group of the ${place}`, () =>
    groupReader({
      group: objectGroup(schema),
      members: groupMembers(source),
      carrier,
      optional: admitsAbsence(schema) === true,
      readElsewhere: namesReadOn(route, place, source),
    }),
  );
  return {
    in: place,
    name: "",
    schema,
    verdict: fastVerdict(schema),
    slot,
    read: (run) => reader.read(carrierOf(run)),
    explain: (run) => explain(schema, reader.explain(carrierOf(run))),
    locate: (issue) => locate(issue, names),
  };
}

/**
 * What was wrong with the reading, and what the library says about the rest. A property that could not be read has had
 * its say, and without it there is no verdict on the object as a whole.
 */
function explain(
  schema: Schema,
  fault: GroupFault,
): readonly SchemaIssue[] | Promise<readonly SchemaIssue[]> {
  const { issues, unread, value } = fault;
  const isNews = ({ path: [key] }: SchemaIssue): boolean =>
    unread.size === 0 || (key !== undefined && !unread.has(String(key)));
  const verdict = validate(schema, value);
  const withOthers = (others: readonly SchemaIssue[] = []): readonly SchemaIssue[] => [
    ...issues,
    ...others.filter(isNews),
  ];
  return verdict instanceof Promise
    ? verdict.then((settled) => withOthers(settled.issues))
    : withOthers(verdict.issues);
}

/** The first step into the object is the parameter's name; what is wrong with the object as a whole has none. */
function locate(
  issue: SchemaIssue & Partial<NamedIssue>,
  names: ReadonlyMap<string, string>,
): Pick<Issue, "name" | "path"> {
  const { path, wireName } = issue;
  if (wireName !== undefined) return { name: wireName, path };
  const [property, ...inside] = path;
  if (property === undefined) return { name: "", path };
  return { name: names.get(String(property)) ?? String(property), path: inside };
}

const QUERY: Carrier<Query> = {
  get: (query, name) => query.get(name),
  all: ({ pairs }) => {
    const all = new Map<string, string | string[]>();
    for (let i = 0; i < pairs.length; i += 2) {
      const [name, value] = [pairs[i]!, pairs[i + 1]!];
      const known = all.get(name);
      if (known === undefined) all.set(name, value);
      else if (typeof known === "string") all.set(name, [known, value]);
      else known.push(value);
    }
    return all;
  },
  query: (query) => query,
};

const COOKIES: Carrier<ReadonlyMap<string, string>> = {
  get: (cookies, name) => cookies.get(name),
  all: (cookies) => cookies,
};

const HEADERS: Carrier<Exchange> = {
  get: (exchange, name) => exchange.header(name),
  /** Lines of one field are joined, as they are where it is asked for by its name. */
  all: function* (exchange) {
    for (const name of new Set(exchange.headers().map(([field]) => field)))
      yield [name, exchange.header(name)] as const;
  },
};
