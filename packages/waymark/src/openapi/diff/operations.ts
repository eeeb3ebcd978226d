import type { Source, Spot } from "./source.ts";

/** An operation of a document, or a WebSocket. */
export interface Operation {
  /** Upper case; WEBSOCKET for `x-waymark-sockets`. */
  readonly method: string;
  readonly path: string;
  readonly spot: Spot;
  /** What stands beside it and counts for it: parameters and servers. */
  readonly item: Spot | undefined;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query", "x-query"];

/** Everything that the API answers. */
export function operationsOf({ root }: Source): Operation[] {
  const paths = root.at("paths")?.members() ?? [];
  const operations = paths
    .filter(([path]) => !path.startsWith("x-"))
    .flatMap(([path, item]) => itemOperations(path, item));
  const sockets = root.at("x-waymark-sockets")?.items() ?? [];
  for (const spot of sockets)
    operations.push({ method: "WEBSOCKET", path: spot.text("path") ?? "", spot, item: undefined });
  return operations;
}

/** The operations of a path item; of a webhook or a callback, too. */
export function itemOperations(path: string, item: Spot): Operation[] {
  const named = METHODS.flatMap((key) => {
    const spot = item.at(key);
    return spot === undefined ? [] : [{ method: key.replace("x-", "").toUpperCase(), path, spot, item }];
  });
  // 3.2 has room for any other method.
  const others = item.at("additionalOperations")?.members() ?? [];
  return [...named, ...others.map(([method, spot]) => ({ method, path, spot, item }))];
}

export interface Matched<T> {
  readonly pairs: readonly (readonly [T, T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/** Which became which, by the first of the keys that fits; several of one key by their order. */
export function match<T>(
  before: readonly T[],
  after: readonly T[],
  ...keys: ((each: T) => string)[]
): Matched<T> {
  const pairs: [T, T][] = [];
  let [removed, added] = [before, after];
  for (const key of keys) {
    const byKey = new Map<string, T[]>();
    for (const each of added.toReversed()) byKey.set(key(each), [...(byKey.get(key(each)) ?? []), each]);
    const left: T[] = [];
    const found = new Set<T>();
    for (const old of removed) {
      const now = byKey.get(key(old))?.pop();
      if (now === undefined) {
        left.push(old);
        continue;
      }
      pairs.push([old, now]);
      found.add(now);
    }
    removed = left;
    added = added.filter((each) => !found.has(each));
  }
  return { pairs, removed, added };
}

/** The path without the names of its parameters: what requests are matched by. */
export function shapeOfPath(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, "{}");
}
