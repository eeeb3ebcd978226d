import type { AnyDependency } from "../dependency.ts";
import type { BodyMarker, CredentialMarker } from "../inputs/marker.ts";
import type { GroupSource } from "../routing/group-members.ts";
import type { DependencyUse, Route, Source } from "../routing/route.ts";
import type { DependencyStep } from "./dependencies.ts";
import type { InputsShape } from "./inputs-object.ts";
import { FormDemands } from "./form-demand.ts";
import { fileInput, partsInput } from "./form-input.ts";
import { formBody } from "./form-step.ts";
import { parsedBody, rawBody, type BodyStep } from "./body-step.ts";
import { groupInput } from "./group-input.ts";
import { wireInput, type WireInput, type WireSource } from "./wire-input.ts";

export interface CredentialStep {
  readonly read: CredentialMarker["read"];
  readonly scopes: readonly string[];
  readonly slot: number;
}

/**
 * A stretch of a plan: credentials are read, then inputs are read and validated together, then dependencies run. Every
 * guard has phases of its own; what is left of a route is the last one.
 */
export interface Phase {
  readonly credentials: readonly CredentialStep[];
  readonly bodies: readonly BodyStep[];
  /** In the order in which issues are told: path, query, header, cookie, body, form, each as declared. */
  readonly inputs: readonly WireInput[];
  readonly dependencies: readonly DependencyStep[];
}

/** A route laid out: which slots there are, what fills them in which order, and what the endpoint takes. */
export interface Layout {
  readonly phases: readonly Phase[];
  readonly endpoint: InputsShape;
  /** Values that are the same for every request, at their slots; the others undefined. */
  readonly fixed: readonly unknown[];
  readonly appScope: readonly { readonly dependency: AnyDependency; readonly slot: number }[];
  readonly requestSlot: number | undefined;
  readonly responseSlot: number | undefined;
}

const PLACES = ["path", "query", "header", "cookie", "body", "form"] as const;

export function layOut(route: Route): Layout {
  const layout = new LayoutBuilder(route);
  for (const guard of route.guards) layout.addGuard(guard);
  for (const source of route.sources.values()) {
    if (source.from === "credential") layout.addPhase(() => layout.slotOf(source));
    else if (source.from === "dependency" && source.use.credential) layout.addGuard(source.use);
  }
  layout.addPhase(() => {
    layout.endpoint = layout.shapeOf(route.sources);
  });
  return layout;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface OpenPhase {
  bodies: BodyStep[];
  credentials: CredentialStep[];
  inputs: WireInput[];
  dependencies: Writable<DependencyStep>[];
}

class LayoutBuilder implements Layout {
  readonly phases: OpenPhase[] = [];
  endpoint: InputsShape = { keys: [], slots: [] };
  readonly fixed: unknown[] = [];
  readonly appScope: { dependency: AnyDependency; slot: number }[] = [];
  requestSlot: number | undefined = undefined;
  responseSlot: number | undefined = undefined;
  readonly #route: Route;
  /** What has a slot already: dependencies by their use, wire inputs by marker and wire name. */
  readonly #uses = new Map<DependencyUse | AnyDependency, number>();
  readonly #markers = new Map<object, Map<string | undefined, number>>();
  readonly #demands = new FormDemands();
  readonly #form = formBody(this.#demands);
  readonly #early = new Set<DependencyUse>();
  #phase: OpenPhase = emptyPhase();

  constructor(route: Route) {
    this.#route = route;
  }

  addPhase(fill: () => void): void {
    this.#phase = emptyPhase();
    fill();
    const { credentials, inputs, bodies, dependencies } = this.#phase;
    if (credentials.length + inputs.length + bodies.length + dependencies.length === 0) return;
    inputs.sort((a, b) => PLACES.indexOf(a.in) - PLACES.indexOf(b.in));
    this.phases.push(this.#phase);
  }

  /** What a guard uses of credentials comes first, so that nobody learns of an invalid input before being let in. */
  addGuard(use: DependencyUse): void {
    if (isAppScope(use) || this.#uses.has(use)) return;
    for (const source of use.sources.values())
      if (source.from === "dependency" && source.use.credential) this.addGuard(source.use);
    this.addPhase(() => this.#slotOfUse(use));
  }

  shapeOf(sources: ReadonlyMap<string, Source>): InputsShape {
    return { keys: [...sources.keys()], slots: [...sources.values()].map((source) => this.slotOf(source)) };
  }

  slotOf(source: Source): number {
    switch (source.from) {
      case "constant":
        return this.#newSlot(source.value);
      case "request":
        return (this.requestSlot ??= this.#newSlot());
      case "response":
        return (this.responseSlot ??= this.#newSlot());
      case "scopes":
        return this.#newSlot(this.#route.scopes);
      case "dependency":
        return isAppScope(source.use) ? this.#slotOfApp(source.use) : this.#slotOfUse(source.use);
      case "credential":
        return this.#shared(source.marker, undefined, (slot) =>
          this.#phase.credentials.push({ read: source.marker.read, scopes: this.#route.scopes, slot }),
        );
      case "absent":
      case "path":
      case "query":
      case "header":
      case "cookie":
      case "body":
      case "form":
        return this.#slotOfWire(source);
      case "file":
        return this.#slotOfFile(source);
      case "parts":
        return this.#shared(source.marker, undefined, (slot) => this.#phase.inputs.push(partsInput(slot)));
      case "group":
        return this.#slotOfGroup(source);
      case "raw":
        return this.#slotOfRaw(source);
    }
  }

  #newSlot(value?: unknown): number {
    return this.fixed.push(value) - 1;
  }

  /** One marker read under one name is read once, wherever it is used. */
  #shared(marker: object, name: string | undefined, make: (slot: number) => void): number {
    let byName = this.#markers.get(marker);
    if (byName === undefined) this.#markers.set(marker, (byName = new Map()));
    let slot = byName.get(name);
    if (slot === undefined) {
      slot = this.#newSlot();
      byName.set(name, slot);
      make(slot);
    }
    return slot;
  }

  #slotOfWire(source: WireSource): number {
    const name = source.from === "absent" ? undefined : source.name;
    return this.#shared(source.marker, name, (slot) => {
      this.#phase.inputs.push(wireInput(this.#route, source, slot));
      if (source.from === "body") this.#parseBody(source.marker);
      if (source.from === "form") this.#readsForm().addField(source.name);
    });
  }

  /** Under other names it is another reading of the same marker. */
  #slotOfGroup(source: GroupSource): number {
    return this.#shared(source.marker, [...source.names.values()].join(" "), (slot) => {
      this.#phase.inputs.push(groupInput(this.#route, source, slot));
      if (source.marker.place !== "form") return;
      const demands = this.#readsForm();
      for (const name of source.names.values()) demands.addField(name);
    });
  }

  #slotOfFile(source: Extract<Source, { from: "file" }>): number {
    return this.#shared(source.marker, source.name, (slot) => {
      this.#phase.inputs.push(fileInput(source, slot));
      this.#readsForm().addFile(source);
    });
  }

  /** The first phase that needs any of the form has to read what the others will need as well. */
  #readsForm(): FormDemands {
    const { bodies } = this.#phase;
    if (!bodies.includes(this.#form)) bodies.push(this.#form);
    return this.#demands;
  }

  /** Every phase with such an input asks; it is parsed in the first one that is run. */
  #parseBody(marker: BodyMarker): void {
    const { bodies } = this.#phase;
    if (!bodies.some(({ parses }) => parses)) bodies.push(parsedBody(marker));
  }

  #slotOfRaw({ marker }: Extract<Source, { from: "raw" }>): number {
    return this.#shared(marker, undefined, (slot) => this.#phase.bodies.push(rawBody(marker, slot)));
  }

  #slotOfApp({ dependency }: DependencyUse): number {
    let slot = this.#uses.get(dependency);
    if (slot === undefined) {
      slot = this.#newSlot();
      this.#uses.set(dependency, slot);
      this.appScope.push({ dependency, slot });
    }
    return slot;
  }

  #slotOfUse(use: DependencyUse): number {
    const known = this.#uses.get(use);
    if (known !== undefined) return known;
    const { dependency } = use;
    const inputs = this.shapeOf(use.sources);
    const slot = this.#newSlot();
    this.#uses.set(use, slot);
    const steps = this.#phase.dependencies;
    const after = steps.flatMap((step, index) => (inputs.slots.includes(step.slot) ? [index] : []));
    steps.push({
      name: nameOf(dependency),
      call: dependency,
      inputs,
      slot,
      after,
      early: this.#isEarly(use),
    });
    return slot;
  }

  /** What uses a dependency that is cleaned up before the reply cannot outlive it. */
  #isEarly(use: DependencyUse): boolean {
    const early =
      use.dependency.contract.cleanup === "before-reply" ||
      [...use.sources.values()].some((source) => source.from === "dependency" && this.#early.has(source.use));
    if (early) this.#early.add(use);
    return early;
  }
}

function emptyPhase(): OpenPhase {
  return { bodies: [], credentials: [], inputs: [], dependencies: [] };
}

function isAppScope(use: DependencyUse): boolean {
  return use.dependency.contract.scope === "app";
}

/** As logs and errors name a dependency. */
export function nameOf(dependency: AnyDependency): string {
  return dependency.contract.name ?? (dependency.name === "" ? "without a name" : dependency.name);
}
