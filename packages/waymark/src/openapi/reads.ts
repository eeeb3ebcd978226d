import type { BodyMarker, CredentialMarker, RawBodyMarker, WireMarker } from "../inputs/marker.ts";
import { groupMembers } from "../routing/group-members.ts";
import type { DependencyUse, Route, Source } from "../routing/route.ts";
import { FormReads } from "./form-reads.ts";

export interface WireRead {
  readonly place: "path" | "query" | "header" | "cookie";
  /** The wire name on this route. */
  readonly name: string;
  readonly marker: WireMarker;
  /** A property of a group, whose schema may refuse what each of its properties takes. */
  readonly grouped?: true;
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
  readonly raw: readonly RawBodyMarker[];
  readonly form: FormReads;
  readonly credentials: readonly CredentialMarker[];
}

/** The function's own inputs come first, so that where two read the same name its words are the ones shown. */
export function readsOf(route: Route): Reads {
  const wire: WireRead[] = [];
  const bodies: BodyRead[] = [];
  const raw: RawBodyMarker[] = [];
  const form = new FormReads();
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
        case "form":
        case "file":
          form.add(source.name, source.marker);
          break;
        case "parts":
          form.parts.push(source.marker);
          break;
        case "group":
          if (source.marker.place === "form") form.addGroup(source);
          else
            for (const { name, marker } of groupMembers(source))
              wire.push({ place: source.marker.place, name, marker, grouped: true });
          break;
        case "body":
          bodies.push({ name: source.name, marker: source.marker });
          break;
        case "raw":
          raw.push(source.marker);
          break;
        case "credential":
          credentials.push(source.marker);
          break;
        case "dependency":
          waiting.push(source.use);
          break;
        case "scopes":
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
  return { wire, bodies, raw, form, credentials };
}
