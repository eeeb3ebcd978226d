import type { AnyDependency } from "../dependency.ts";
import type { GroupMarker, Marker, WireMarker } from "../inputs/marker.ts";
import * as mistakes from "../mistakes.ts";
import { checkedNames } from "./check-group.ts";
import { groupNames } from "./group-members.ts";
import { kindOf, isDependency, isMarker } from "./kind.ts";
import { nearest } from "./nearest.ts";
import type { DependencyUse, Source } from "./route.ts";
import type { Site } from "./site.ts";
import { asWireName, bodyKey, isWireName, wireNameOf } from "./wire-name.ts";

/** Dependencies that stand in for others, as tests have them. */
export type Overrides = ReadonlyMap<AnyDependency, AnyDependency>;

/** The dependencies of one route, each resolved once: their sources, with overrides and renames applied. */
export class Uses {
  readonly #site: Site;
  readonly #rename: Readonly<Record<string, unknown>>;
  readonly #overrides: Overrides;
  readonly #uses = new Map<AnyDependency, DependencyUse>();
  readonly #open: AnyDependency[] = [];
  /** Wire names that dependencies read, as they say them. */
  readonly #names = new Set<string>();
  /** Whether something stands in for a dependency that was asked for. */
  isOverridden = false;

  constructor(site: Site, rename: Readonly<Record<string, unknown>>, overrides: Overrides) {
    this.#site = site;
    this.#rename = rename;
    this.#overrides = overrides;
  }

  /** Every dependency that was asked for, those that they use first. */
  all(): DependencyUse[] {
    return [...this.#uses.values()];
  }

  of(declared: AnyDependency): DependencyUse {
    const dependency = this.#overrides.get(declared) ?? declared;
    this.isOverridden ||= dependency !== declared;
    // what stands in need not read what the original did: the path is as good as before
    if (dependency !== declared) this.#markRead(declared, new Set());
    const known = this.#uses.get(dependency);
    if (known !== undefined) return known;
    if (this.#open.includes(dependency)) return this.#cycle(dependency);
    this.#open.push(dependency);
    const use = this.#resolve(dependency);
    this.#open.pop();
    this.#uses.set(dependency, use);
    return use;
  }

  /** Tells of renames that nothing reads; once every dependency was asked for. */
  checkRenames(): void {
    for (const [name, to] of Object.entries(this.#rename)) {
      if (typeof to !== "string") this.#site.report(mistakes.notAWireName(name));
      const isRead = this.#names.has(name) || this.#names.has(name.toLowerCase());
      if (!isRead)
        this.#site.report(mistakes.unknownRename(name, nearest(name, this.#names), [...this.#names]));
    }
  }

  #resolve(dependency: AnyDependency): DependencyUse {
    const sources = new Map<string, Source>();
    const inputs = Object.entries(dependency.contract.input ?? {});
    const isKeyed = inputs.filter(([, marker]) => marker?.in === "body").length > 1;
    for (const [key, marker] of inputs) {
      if (key === "__proto__") this.#site.reportOnce(mistakes.unusableInputName(key));
      if (!isMarker(marker)) {
        this.#site.reportOnce(mistakes.notAMarker(key, kindOf(marker)));
        this.#site.reads(key); // most often it was meant to
        continue;
      }
      const source = this.#sourceOf(dependency, key, marker, isKeyed);
      if (source !== undefined) sources.set(key, source);
      if (dependency.contract.scope === "app" && !livesWithApp(source, marker))
        this.#site.reportOnce(mistakes.livesForOneRequest(nameOf(dependency), key));
    }
    return { dependency, sources, credential: [...sources.values()].some(readsCredential) };
  }

  #sourceOf(dependency: AnyDependency, key: string, marker: Marker, isKeyed: boolean): Source | undefined {
    switch (marker.in) {
      case "dependency":
        return { from: "dependency", use: this.of(marker) };
      case "constant":
        return { from: "constant", value: marker.value };
      case "credential":
        return { from: "credential", marker };
      case "request":
      case "response":
      case "scopes":
        return { from: marker.in };
      case "given":
        this.#site.reportOnce(mistakes.givenInDependency(nameOf(dependency), key));
        return undefined;
      case "body": {
        const name = bodyKey(key, marker, isKeyed);
        return { from: "body", name: name === undefined ? undefined : this.#renamed(name), marker };
      }
      case "group":
        return { from: "group", names: this.#groupNames(marker), marker };
      case "file":
        return { from: "file", name: this.#renamed(marker.options.name ?? key), marker };
      case "raw":
        return { from: "raw", marker };
      case "parts":
        return { from: "parts", marker };
      case "path":
      case "path?":
      case "query":
      case "header":
      case "cookie":
      case "form":
        return this.#wire(dependency, key, marker);
    }
  }

  #groupNames(marker: GroupMarker): ReadonlyMap<string, string> {
    const names = [...groupNames(marker)].map(
      ([property, name]) => [property, asWireName(marker.place, this.#renamed(name))] as const,
    );
    return checkedNames(new Map(names), marker, this.#site);
  }

  #wire(dependency: AnyDependency, key: string, marker: WireMarker): Source | undefined {
    const name = asWireName(marker.in, this.#renamed(wireNameOf(key, marker)));
    if (!isWireName(marker.in, name)) this.#site.report(mistakes.invalidWireName(marker.in, name));
    if (marker.in !== "path" && marker.in !== "path?") return { from: marker.in, name, marker };
    if (this.#site.reads(name)) return { from: "path", name, marker };
    if (marker.in === "path?") return { from: "absent", marker };
    if (dependency.contract.scope !== "app")
      this.#site.misses(
        name,
        mistakes.missingDependencyName(this.#site.template.text, name, nameOf(dependency)),
      );
    return undefined;
  }

  /** The wire name on this route of a name that a dependency reads. */
  #renamed(name: string): string {
    this.#names.add(name);
    const to = Object.entries(this.#rename).find(
      ([from]) => from === name || from.toLowerCase() === name,
    )?.[1];
    return typeof to === "string" ? to : name;
  }

  #markRead(dependency: AnyDependency, seen: Set<AnyDependency>): void {
    if (seen.has(dependency)) return;
    seen.add(dependency);
    for (const [key, marker] of Object.entries(dependency.contract.input ?? {})) {
      if (marker.in === "dependency") this.#markRead(marker, seen);
      else if (marker.in === "group") this.#groupNames(marker);
      else if (marker.in === "file") this.#renamed(marker.options.name ?? key);
      else if ("options" in marker && marker.in !== "body" && marker.in !== "raw" && marker.in !== "parts") {
        const name = this.#renamed(wireNameOf(key, marker));
        if (marker.in === "path" || marker.in === "path?") this.#site.reads(name);
      }
    }
  }

  #cycle(dependency: AnyDependency): DependencyUse {
    const circle = [...this.#open.slice(this.#open.indexOf(dependency)), dependency];
    this.#site.reportOnce(mistakes.cyclicDependency(circle.map(nameOf)));
    return { dependency, sources: new Map(), credential: false };
  }
}

/** The guards among what somebody wrote into `dependencies`, in order, each once; what is no dependency is told of. */
export function guardsOf(uses: Uses, site: Site, dependencies: readonly unknown[]): DependencyUse[] {
  const guards = new Set<DependencyUse>();
  for (const dependency of dependencies)
    if (isDependency(dependency)) guards.add(uses.of(dependency));
    else site.report(mistakes.notADependency(kindOf(dependency)));
  return [...guards];
}

/** What a dependency is called in sentences: its contract's name, else its function's. */
export function nameOf(dependency: AnyDependency): string {
  return dependency.contract.name ?? (dependency.name === "" ? "without a name" : dependency.name);
}

function readsCredential(source: Source): boolean {
  return source.from === "credential" || (source.from === "dependency" && source.use.credential);
}

function livesWithApp(source: Source | undefined, marker: Marker): boolean {
  // a given input is a mistake of its own
  if (marker.in === "given" || source?.from === "constant") return true;
  return source?.from === "dependency" && source.use.dependency.contract.scope === "app";
}
