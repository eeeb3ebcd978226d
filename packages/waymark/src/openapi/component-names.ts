import { mapSubschemas } from "../schema/subschemas.ts";
import type { Mistake } from "../start-up-error.ts";
import { canonicalText } from "./canonical-text.ts";
import type { SchemaObject } from "./document.ts";
import { takenByVariant } from "./mistakes.ts";
import type { SchemaComponent } from "./schema-components.ts";
import { reference, referenced, type Target } from "./schema-definition.ts";

export interface NamedComponents {
  /** `components.schemas`, sorted by name. */
  readonly schemas: Readonly<Record<string, SchemaObject>>;
  /** The final form of a reference; undefined for a text that is none of ours. */
  readonly refOf: (ref: string) => string | undefined;
  readonly mistakes: readonly Mistake[];
}

type Components = ReadonlyMap<string, SchemaComponent>;

/**
 * Names every component that `used` refers to, directly or through others. One name serves both sides as long as what is
 * sent and what is received look the same; else the received one keeps the id and the sent one is `<id>Input`.
 */
export function nameComponents(components: Components, used: unknown): NamedComponents {
  const targets = reach(components, used);
  const split = splitOf(components, targets);
  const names = new Map<string, string>();
  const schemas = new Map<string, { readonly schema: SchemaObject; readonly component: string }>();
  const mistakes: Mistake[] = [];
  for (const [key, { side, component }] of targets) {
    const name = nameOf(component, components) + (side === "input" && split.has(component) ? "Input" : "");
    names.set(key, name);
    const known = schemas.get(name);
    if (known !== undefined && known.component !== component) {
      const [id, taken] = component === name ? [known.component, component] : [component, known.component];
      mistakes.push(takenByVariant(name, id, components.get(taken)!.where));
    } else if (known === undefined || side === "output")
      schemas.set(name, { schema: components.get(component)![side]!, component });
  }
  const sorted = [...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    schemas: Object.fromEntries(sorted.map(([name, { schema }]) => [name, schema])),
    refOf: (ref) => {
      const target = referenced(ref);
      return target && `#/components/schemas/${names.get(keyOf(target))}${target.inside}`;
    },
    mistakes,
  };
}

/** What the framework adds makes way for a schema of the application. */
function nameOf(component: string, components: Components): string {
  if (!component.startsWith("~")) return component;
  const name = component.slice(1);
  return components.has(name) ? `Waymark${name}` : name;
}

function reach(components: Components, used: unknown): ReadonlyMap<string, Target> {
  const targets = new Map<string, Target>();
  const visit = (value: unknown): void => {
    for (const target of referencesIn(value)) {
      const key = keyOf(target);
      if (targets.has(key)) continue;
      targets.set(key, target);
      visit(components.get(target.component)?.[target.side]);
    }
  };
  visit(used);
  return targets;
}

/** The components that are used both ways and look different, themselves or in something they refer to. */
function splitOf(components: Components, targets: ReadonlyMap<string, Target>): ReadonlySet<string> {
  const both = [...targets.values()]
    .filter(
      ({ side, component }) =>
        side === "input" && targets.has(keyOf({ side: "output", component, inside: "" })),
    )
    .map(({ component }) => component);
  const split = new Set(
    both.filter((id) => sideless(components.get(id)!.input) !== sideless(components.get(id)!.output)),
  );
  for (let before = -1; before !== split.size;) {
    before = split.size;
    for (const id of both)
      if (referencesIn(components.get(id)!.input).some(({ component }) => split.has(component)))
        split.add(id);
  }
  return split;
}

/** The schema as text, its references told apart by component alone. */
function sideless(schema: SchemaObject | undefined): string {
  const erase = (part: SchemaObject): SchemaObject => {
    const target = referenced(part.$ref);
    const own = mapSubschemas(part, (each) => (typeof each === "boolean" ? each : erase(each)));
    return target === undefined ? own : { ...own, ...reference("output", target.component, target.inside) };
  };
  return canonicalText(schema && erase(schema));
}

function referencesIn(value: unknown): Target[] {
  const found: Target[] = [];
  const visit = (each: unknown): void => {
    if (typeof each !== "object" || each === null) return;
    const target = referenced((each as { $ref?: unknown }).$ref);
    if (target !== undefined) found.push(target);
    for (const member of Object.values(each)) visit(member);
  };
  visit(value);
  return found;
}

function keyOf({ side, component }: Target): string {
  return `${side}:${component}`;
}
