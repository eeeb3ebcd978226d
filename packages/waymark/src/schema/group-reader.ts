import { wireReader, UNREADABLE, type WireInput, type WireReader } from "./coerce.ts";
import type { Issue } from "./issue.ts";
import { jsonSchema } from "./json-schema.ts";
import { kinds } from "./kinds.ts";
import type { ObjectGroup } from "./object-group.ts";
import type { Query } from "./query.ts";
import type { Raw, ValueReader } from "./value-reader.ts";

/** How values are found in what carries them: a query, the cookies, the header fields, a form. */
export interface Carrier<C> {
  readonly get: (carrier: C, name: string) => Raw;
  /** Every name once, with all its values; asked only where undeclared names matter. */
  readonly all: (carrier: C) => Iterable<readonly [name: string, raw: Raw]>;
  /** Where an object may be spread over several names. */
  readonly query?: (carrier: C) => Query;
}

/** One property of a group: the name it has on the wire, and how it is written there. */
export interface GroupMember {
  readonly property: string;
  readonly name: string;
  readonly marker: WireInput;
}

/** An issue that says its name on the wire itself; its path begins inside of that. */
export interface NamedIssue extends Issue {
  readonly wireName: string;
}

/** What is wrong with a group that could not be read, and what could be read of it. */
export interface GroupFault {
  readonly issues: readonly NamedIssue[];
  readonly value: Readonly<Record<string, unknown>>;
  /** The properties that could not be read. */
  readonly unread: ReadonlySet<string>;
}

export interface GroupReader<C> {
  /** A null-prototype object, UNREADABLE, or undefined when nothing is there and the object may be absent. */
  read(carrier: C): unknown;
  /** Why `read` gives UNREADABLE. */
  explain(carrier: C): GroupFault;
}

export interface GroupSettings<C> {
  readonly group: ObjectGroup;
  readonly members: readonly GroupMember[];
  readonly carrier: Carrier<C>;
  /** Whether the object as a whole may be absent. */
  readonly optional: boolean;
  /** Names that something else reads: they are no mistake, and not the group's. */
  readonly readElsewhere: (name: string) => boolean;
}

/** Reads an object whose properties stand on the wire, each under a name of its own. Throws a `SchemaError` like `wireReader`. */
export function groupReader<C>(settings: GroupSettings<C>): GroupReader<C> {
  const { carrier, optional } = settings;
  const members = settings.members.map((member) => new Member(member, carrier));
  const readOthers = othersReader(settings, members);
  const walk = (from: C, result: Result): unknown => {
    for (const member of members) {
      const value = member.read(from);
      if (value !== UNREADABLE) result.set(member.property, value);
      else if (result.fault === undefined) return UNREADABLE;
      else result.fault.unreadable(member.property, member.name, member.explain(from));
    }
    if (readOthers !== undefined && !readOthers(from, result)) return UNREADABLE;
    return result.finish(optional);
  };
  return {
    read: (from) => walk(from, new Result(undefined)),
    explain(from) {
      const fault = new Fault();
      const result = new Result(fault);
      walk(from, result);
      return { issues: fault.issues, unread: fault.unread, value: result.values };
    },
  };
}

class Member<C> {
  readonly property: string;
  readonly name: string;
  readonly read: (from: C) => unknown;
  readonly explain: (from: C) => readonly Issue[];
  /** What all its names begin with, if it is spread over several. */
  readonly prefix: string | undefined;

  constructor({ property, name, marker }: GroupMember, { get, query }: Carrier<C>) {
    this.property = property;
    this.name = name;
    const reader: WireReader = wireReader(marker, name);
    const { readObject, explainObject } = reader;
    const isSpread = readObject !== undefined && explainObject !== undefined && query !== undefined;
    this.read = isSpread ? (from) => readObject(query(from)) : (from) => reader.read(get(from, name));
    this.explain = isSpread
      ? (from) => explainObject(query(from))
      : (from) => reader.explain(get(from, name));
    this.prefix = isSpread ? `${name}[` : undefined;
  }
}

/** What is done with names that no property has; undefined where they are left alone. False: it stopped at a mistake. */
function othersReader<C>(
  { group, carrier, readElsewhere }: GroupSettings<C>,
  members: readonly Member<C>[],
): ((from: C, result: Result) => boolean) | undefined {
  if (!group.closed && group.rest === undefined) return undefined;
  const names = new Set(members.map(({ name }) => name));
  const prefixes = members.flatMap(({ prefix }) => prefix ?? []);
  const isOther = (name: string): boolean =>
    !names.has(name) && !readElsewhere(name) && !prefixes.some((prefix) => name.startsWith(prefix));
  const reader = restReader(group);
  return (from, result) => {
    for (const [name, raw] of carrier.all(from)) {
      if (!isOther(name)) continue;
      // A property of this name is read under another one, and nothing else may give it its value.
      if (reader !== undefined && group.members.has(name)) continue;
      const value = reader === undefined ? UNREADABLE : reader.read(raw);
      if (value !== UNREADABLE) result.set(name, value);
      else if (result.fault === undefined) return false;
      else if (reader === undefined) result.fault.unknown(name);
      else result.fault.unreadable(name, name, reader.explain(raw));
    }
    return true;
  };
}

/**
 * Reads the value of a name that no property has; undefined where the schema takes no such names. What it does not
 * describe goes to the library as it is: a text, or the texts of a name that is repeated.
 */
export function restReader({ rest }: ObjectGroup): ValueReader | undefined {
  if (rest === undefined) return undefined;
  const json = jsonSchema(rest, "input");
  if (kinds(json, json) === undefined) return { read: (raw) => raw, explain: () => [] };
  return wireReader({ in: "query", schema: rest, options: {} }, "any other name");
}

/** An object as it is being read. With a fault reading goes on after the first mistake, and notes them all. */
class Result {
  readonly values: Record<string, unknown> = Object.create(null) as Record<string, unknown>; // The keys may be the client's.
  readonly fault: Fault | undefined;
  #present = false;

  constructor(fault: Fault | undefined) {
    this.fault = fault;
  }

  set(property: string, value: unknown): void {
    if (value === undefined) return;
    this.#present = true;
    this.values[property] = value;
  }

  finish(optional: boolean): unknown {
    return this.#present || !optional ? this.values : undefined;
  }
}

class Fault {
  readonly issues: NamedIssue[] = [];
  readonly unread: Set<string> = new Set();

  unreadable(property: string, wireName: string, issues: readonly Issue[]): void {
    this.unread.add(property);
    for (const issue of issues) this.issues.push({ ...issue, wireName });
  }

  /** The code that Zod and Valibot know it by. */
  unknown(wireName: string): void {
    this.issues.push({ wireName, path: [], message: "nothing of this name is known here", code: "unrecognized_keys" }); // prettier-ignore
  }
}
