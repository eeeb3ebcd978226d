import type { Issue } from "./issue.ts";
import { kinds } from "./kinds.ts";
import type { Query } from "./query.ts";
import { UNREADABLE } from "./scalar.ts";
import { SchemaError } from "./schema-error.ts";
import { objectShape, wireShape, type Rooted } from "./shape.ts";
import { arrayValue, scalarValue, type ValueReader } from "./value-reader.ts";

/** Reads an object whose properties stand in the query under names of their own. */
export interface ObjectReader {
  /** A null-prototype object, UNREADABLE, or undefined when none of its names is there. */
  readObject(query: Query): unknown;
  /** Every reason why `readObject` gives UNREADABLE; empty where it does not. */
  explainObject(query: Query): Issue[];
}

type Member = { readonly value: ValueReader } | { readonly object: Walk };

/** Reads one object. With `issues` it goes on after the first mistake and notes them all. */
type Walk = (query: Query, path: readonly string[], issues: Issue[] | undefined) => unknown;

function reader(walk: Walk): ObjectReader {
  return {
    readObject: (query) => walk(query, [], undefined),
    explainObject(query) {
      const issues: Issue[] = [];
      walk(query, [], issues);
      return issues;
    },
  };
}

/** `style: "form"` exploded: each property is a parameter of the query. Names that it lacks belong to others. */
export function formObject(rooted: Rooted, what: string): ObjectReader {
  const { properties, additional } = objectShape(rooted);
  if (additional !== undefined)
    throw new SchemaError(`${what} has properties of any name, which cannot be told from other parameters: use style "deepObject"`); // prettier-ignore
  const members = [...properties].map(([name, property]) => {
    const member = memberReader(name, property, what, new Set());
    if ("object" in member)
      throw new SchemaError(`${what} has an object in property "${name}": use style "deepObject"`);
    return { name, value: member.value };
  });
  return reader((query, path, issues) => {
    const result = new Result(path, issues);
    for (const { name, value } of members) result.readValue(name, value, query.get(name));
    return result.finish();
  });
}

/** `style: "deepObject"`: `name[key]=value`, also nested and with repeated keys for arrays. */
export function deepObject(name: string, rooted: Rooted, what: string): ObjectReader {
  return reader(deepWalk(name, rooted, what, new Set()));
}

function deepWalk(name: string, rooted: Rooted, what: string, within: ReadonlySet<unknown>): Walk {
  if (within.has(rooted.schema))
    throw new SchemaError(`${what} is an object that contains itself, for which there is no form in a query: send it in the body`); // prettier-ignore
  const inner = new Set(within).add(rooted.schema);
  const { properties, additional } = objectShape(rooted);
  const members = [...properties].map(([key, property]) => ({
    key,
    wire: `${name}[${key}]`,
    member: memberReader(`${name}[${key}]`, property, what, inner),
  }));
  const declared = new Map(members.map(({ wire, member }) => [wire, member]));
  const other = memberReader(name, additional ?? { schema: true, root: rooted.root }, what, inner);
  if ("object" in other) throw new SchemaError(`${what} has objects under any name, for which there is no form in a query: send it in the body`); // prettier-ignore
  const prefix = `${name}[`;

  return (query, path, issues) => {
    const result = new Result(path, issues);
    for (const { key, wire, member } of members) {
      if ("value" in member) result.readValue(key, member.value, query.get(wire));
      else result.add(key, member.object(query, [...path, key], issues));
      if (result.stopped) return UNREADABLE;
    }
    for (let i = 0; i < query.pairs.length; i += 2) {
      const wire = query.pairs[i]!;
      if (declared.has(wire) || (wire !== name && !wire.startsWith(prefix))) continue;
      const end = wire.indexOf("]", prefix.length);
      const key = wire.slice(prefix.length, end);
      // What is not declared goes to the library too: whether it minds is its own affair.
      if (end !== -1 && end === wire.length - 1) {
        if (!result.has(key))
          result.readUndeclared(key, other.value, additional !== undefined, query.get(wire));
      } else if (end === -1 || wire[end + 1] !== "[" || !isObject(declared.get(wire.slice(0, end + 1))))
        result.refuse({ path, message: `expected ${prefix}key]=value`, code: "malformed" });
      if (result.stopped) return UNREADABLE;
    }
    return result.finish();
  };
}

function isObject(member: Member | undefined): boolean {
  return member !== undefined && "object" in member;
}

function memberReader(wire: string, property: Rooted, what: string, within: ReadonlySet<unknown>): Member {
  const shape = wireShape(kinds(property.schema, property.root));
  if (shape === "scalar") return { value: scalarValue(property) };
  if (shape === "array") return { value: arrayValue(property, undefined, what) };
  if (shape === "object") return { object: deepWalk(wire, property, what, within) };
  throw new SchemaError(`${what} has a property that is an array or a single value, which cannot be told apart on the wire: declare one of them`); // prettier-ignore
}

/** An object as it is being read. */
class Result {
  readonly #values = Object.create(null) as Record<string, unknown>; // The keys are the client's.
  readonly #path: readonly string[];
  readonly #issues: Issue[] | undefined;
  #present = false;
  #readable = true;

  constructor(path: readonly string[], issues: Issue[] | undefined) {
    this.#path = path;
    this.#issues = issues;
  }

  /** Something was wrong, and nobody asked for the rest. */
  get stopped(): boolean {
    return !this.#readable && this.#issues === undefined;
  }

  has(key: string): boolean {
    return key in this.#values;
  }

  readValue(key: string, reader: ValueReader, raw: string | readonly string[] | undefined): void {
    const value = reader.read(raw);
    if (value === UNREADABLE && this.#issues !== undefined)
      for (const issue of reader.explain(raw))
        this.#issues.push({ ...issue, path: [...this.#path, key, ...issue.path] });
    this.add(key, value);
  }

  readUndeclared(
    key: string,
    reader: ValueReader,
    hasSchema: boolean,
    raw: string | readonly string[] | undefined,
  ): void {
    if (hasSchema) this.readValue(key, reader, raw);
    else this.add(key, raw);
  }

  add(key: string, value: unknown): void {
    if (value === undefined) return;
    this.#present = true;
    if (value === UNREADABLE) this.#readable = false;
    else this.#values[key] = value;
  }

  refuse(issue: Issue): void {
    this.#present = true;
    this.#readable = false;
    this.#issues?.push(issue);
  }

  finish(): unknown {
    if (!this.#readable) return UNREADABLE;
    return this.#present ? this.#values : undefined;
  }
}
