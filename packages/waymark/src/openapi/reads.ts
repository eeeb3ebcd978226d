import type { BodyMarker, CredentialMarker, WireMarker } from "../inputs/marker.ts";
import type { DependencyUse, Route, Source } from "../routing/route.ts";

export interface WireRead {
  readonly place: "path" | "query" | "header" | "cookie";
  /** The wire name on this route. */
  readonly name: string;
  readonly marker: WireMarker;
}

export interface BodyRead {
  /** Key among several bodies; undefined: the whole body. */
  readonly name: string | undefined;
  readonly marker: BodyMarker;
}

/** Everything that a request of one route may carry: what its function, its guards and all their dependencies read. */
export interface Reads {
  readonly wire: readonly WireRead[];
  readonly bodies: readonly BodyRead[];
  readonly credentials: readonly CredentialMarker[];
}

/** The function's own inputs come first, so that where two read the same name its words are the ones shown. */
export function readsOf(route: Route): Reads {
  const wire: WireRead[] = [];
  const bodies: BodyRead[] = [];
  const credentials: CredentialMarker[] = [];
  const seen = new Set<DependencyUse>();
  const waiting: DependencyUse[] = [];

  const visit = (sources: ReadonlyMap<string, Source>): void => {
    for (const source of sources.values())
      switch (source.from) {
        case "path":
        case "query":
        case "header":
        case "cookie":
          wire.push({ place: source.from, name: source.name, marker: source.marker });
          break;
        case "body":
          bodies.push({ name: source.name, marker: source.marker });
          break;
        case "credential":
          credentials.push(source.marker);
          break;
        case "dependency":
          waiting.push(source.use);
          break;
        case "request":
        case "response":
        case "constant":
        case "absent":
          break;
      }
  };

  visit(route.sources);
  waiting.unshift(...route.guards);
  for (let use = waiting.shift(); use !== undefined; use = waiting.shift()) {
    if (seen.has(use)) continue;
    seen.add(use);
    visit(use.sources);
  }
  return { wire, bodies, credentials };
}
