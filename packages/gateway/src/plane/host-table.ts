import { type Entry, Matcher, type Method, type Miss, Template } from "waymark/internal";
import type { Route } from "./route.ts";

/** Several majors of one operation: a header or a query parameter says which one is meant. */
export interface Versions {
  readonly by: "header" | "query";
  readonly name: string;
  readonly routes: ReadonlyMap<string, Route>;
  readonly fallback: Route | undefined;
}
export type Matched = Route | Versions;

/** Which operations answer for which host, by method and path. */
export class HostTable {
  /** Of the last `find`: see `Matcher.params`. */
  params: readonly string[] = [];
  /** For every host, where no operation names one: no request is asked for its host. */
  readonly #only: Matcher<Matched> | undefined;
  readonly #exact = new Map<string, Matcher<Matched>>();
  /** By what stands behind "*", the longest first. */
  readonly #wildcards: [suffix: string, Matcher<Matched>][] = [];
  readonly #any: Matcher<Matched> | undefined;

  constructor(routes: readonly Route[]) {
    const byHost = new Map<string, Route[]>();
    for (const route of routes)
      for (const host of route.operation.hosts ?? [""]) {
        const list = byHost.get(host);
        if (list === undefined) byHost.set(host, [route]);
        else list.push(route);
      }
    for (const [host, list] of byHost) {
      const matcher = new Matcher(entriesOf(list));
      if (host === "") this.#any = matcher;
      else if (host.startsWith("*.")) this.#wildcards.push([host.slice(1), matcher]);
      else this.#exact.set(host, matcher);
    }
    this.#wildcards.sort(([a], [b]) => b.length - a.length);
    if (this.#exact.size === 0 && this.#wildcards.length === 0)
      this.#only = this.#any ?? new Matcher<Matched>([]);
  }

  /** @param hostOf asked only where it matters. */
  find(method: string, path: string, hostOf: () => string): Matched | undefined {
    if (this.#only !== undefined) {
      const found = this.#only.find(method, path);
      if (found !== undefined) this.params = this.#only.params;
      return found;
    }
    for (const matcher of this.#matchersOf(hostOf())) {
      const found = matcher.find(method, path);
      if (found === undefined) continue;
      this.params = matcher.params;
      return found;
    }
    return undefined;
  }

  miss(method: string, path: string, search: string, hostOf: () => string): Miss {
    const misses = (this.#only === undefined ? this.#matchersOf(hostOf()) : [this.#only]).map((matcher) =>
      matcher.miss(method, path, search),
    );
    return misses.find(({ reason }) => reason !== "not-found") ?? misses[0] ?? { reason: "not-found" };
  }

  /** The nearest first: the very name, then patterns, then what answers for every host. */
  #matchersOf(host: string): Matcher<Matched>[] {
    const name = host
      .replace(/:[0-9]*$/, "")
      .toLowerCase()
      .replace(/\.$/, "");
    const matchers: Matcher<Matched>[] = [];
    const exact = this.#exact.get(name);
    if (exact !== undefined) matchers.push(exact);
    for (const [suffix, matcher] of this.#wildcards)
      if (name.length > suffix.length && name.endsWith(suffix)) matchers.push(matcher);
    if (this.#any !== undefined) matchers.push(this.#any);
    return matchers;
  }
}

export function isVersions(matched: Matched): matched is Versions {
  return "routes" in matched;
}

function entriesOf(routes: readonly Route[]): Entry<Matched>[] {
  const byShape = new Map<string, Route[]>();
  for (const route of routes) {
    const { method, template } = route.operation;
    const shape = `${method} ${Template.parse(template).shape}`;
    const list = byShape.get(shape);
    if (list === undefined) byShape.set(shape, [route]);
    else list.push(route);
  }
  return [...byShape.values()].map((list) => {
    const { method, template, choice } = list[0]!.operation;
    return {
      method: method as Method,
      template: Template.parse(template),
      value: choice === null ? list[0]! : versionsOf(list, choice),
    };
  });
}

function versionsOf(
  routes: readonly Route[],
  { by, name }: { by: "header" | "query"; name: string },
): Versions {
  return {
    by,
    name: by === "header" ? name.toLowerCase() : name,
    routes: new Map(routes.map((route) => [route.operation.choice?.value ?? "", route])),
    fallback: routes.find(({ operation }) => operation.choice?.isDefault ?? false),
  };
}
