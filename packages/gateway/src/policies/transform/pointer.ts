import { tokensOf } from "../../documents/pointer.ts";

/** A JSON pointer (RFC 6901) whose "*" stands for every element of an array, or every member of an object. */
export type Path = readonly string[];

/** Throws a `TypeError` for a text that is no pointer. */
export function pathOf(pointer: string): Path {
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer))
    throw new TypeError(`'${pointer}' is no JSON pointer: write it like /items/0/price or /items/*/price`);
  return tokensOf(pointer);
}

type Container = Record<string, unknown> | unknown[];

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

/** The keys of a container that a part stands for. */
function keysAt(container: Container, part: string): string[] {
  if (part === "*") return Object.keys(container);
  return Object.hasOwn(container, part) && !(Array.isArray(container) && part === "length") ? [part] : [];
}

/** Calls back for each container that the path leads into, with the last part. */
function visit(value: unknown, path: Path, found: (container: Container, key: string) => void): void {
  if (!isContainer(value)) return;
  const [part, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) return found(value, part);
  for (const key of keysAt(value, part)) visit((value as Record<string, unknown>)[key], rest, found);
}

/** Members of any name are own ones: `__proto__` is a key like the others. */
export function assign(container: Container, key: string, value: unknown): void {
  if (Array.isArray(container)) {
    if (key === "-") container.push(value);
    else if (/^(?:0|[1-9]\d*)$/.test(key) && Number(key) < container.length) container[Number(key)] = value;
    return;
  }
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
}

export function removeAt(value: unknown, path: Path): void {
  visit(value, path, (container, part) => {
    const keys = keysAt(container, part);
    // From the end: what is taken from an array moves what stands behind it.
    for (const key of keys.toReversed())
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else delete container[key];
  });
}

/** Sets what the path leads to; objects that are missing on the way are made. */
export function setAt(value: unknown, path: Path, to: unknown): void {
  let at = value;
  for (const [index, part] of path.entries()) {
    if (!isContainer(at)) return;
    const rest = path.slice(index + 1);
    if (part === "*") {
      for (const key of keysAt(at, part))
        if (rest.length === 0) assign(at, key, to);
        else setAt((at as Record<string, unknown>)[key], rest, to);
      return;
    }
    if (rest.length === 0) return assign(at, part, to);
    if (!Object.hasOwn(at, part)) assign(at, part, {});
    at = Object.hasOwn(at, part) ? (at as Record<string, unknown>)[part] : undefined;
  }
}

/** Gives a member of an object another name, in the same place. */
export function renameAt(value: unknown, path: Path, to: string): void {
  visit(value, path, (container, part) => {
    if (Array.isArray(container) || !Object.hasOwn(container, part)) return;
    const members = Object.entries(container);
    for (const [key] of members) delete container[key];
    for (const [key, member] of members) if (key !== to) assign(container, key === part ? to : key, member);
  });
}

interface Kept {
  all: boolean;
  readonly members: Map<string, Kept>;
}

/** What is kept of a value, by the paths that lead to it; compiled once. */
export function keeper(paths: readonly Path[]): (value: unknown) => unknown {
  const root: Kept = { all: false, members: new Map() };
  for (const path of paths) {
    let at = root;
    for (const part of path) {
      let next = at.members.get(part);
      if (next === undefined) at.members.set(part, (next = { all: false, members: new Map() }));
      at = next;
    }
    at.all = true;
  }
  return (value) => kept(value, [root]);
}

function kept(value: unknown, wanted: readonly Kept[]): unknown {
  if (!isContainer(value) || wanted.some(({ all }) => all)) return value;
  const result: Container = Array.isArray(value) ? [] : {};
  for (const [key, member] of Object.entries(value)) {
    const next = wanted.flatMap(({ members }) => [members.get(key) ?? [], members.get("*") ?? []].flat());
    if (next.length === 0) continue;
    // What is neither asked for itself nor holds what is asked for stays away.
    if (!isContainer(member) && !next.some(({ all }) => all)) continue;
    const inner = kept(member, next);
    if (Array.isArray(result)) result.push(inner);
    else assign(result, key, inner);
  }
  return result;
}
