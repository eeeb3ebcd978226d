import { isFalse } from "./conjunction.ts";
import { propertiesOf, travels, undeclaredSchema, type Property } from "./objects.ts";
import type { Shape } from "./shape.ts";
import type { Walk } from "./walk.ts";

/** Properties, by name and the rest. */
export function compareObjects(before: Shape, after: Shape, walk: Walk): void {
  const [was, is] = [propertiesOf(before), propertiesOf(after)];
  for (const [name, old] of was) {
    const now = is.get(name);
    if (now !== undefined) compareProperty(name, old, now, after, walk);
    else if (travels(old, walk.flow))
      walk.tell({
        code: "property-removed",
        spot: old.schema[0] ?? before.parts[0],
        before: name,
        message: `the property ${name} is gone`,
      });
  }
  for (const [name, now] of is)
    if (!was.has(name) && travels(now, walk.flow)) tellAdded(name, now, after, walk);
  compareUndeclared(before, after, walk);
}

function tellAdded(name: string, { schema, required }: Property, { parts }: Shape, walk: Walk): void {
  walk.tell({
    code: required ? "required-property-added" : "property-added",
    spot: schema[0] ?? parts[0],
    after: name,
    message: `the ${required ? "required" : "optional"} property ${name} is new`,
  });
}

function compareProperty(
  name: string,
  before: Property,
  after: Property,
  { parts }: Shape,
  walk: Walk,
): void {
  const spot = after.schema[0] ?? parts[0];
  compareDirections(name, before, after, walk);
  if (!travels(before, walk.flow) && !travels(after, walk.flow)) return;
  walk.visit(before.schema, after.schema, step(name));
  // One that comes or goes altogether has been told.
  if (travels(before, walk.flow) !== travels(after, walk.flow) || before.required === after.required) return;
  if (after.required)
    walk.tell({
      code: "property-became-required",
      spot,
      after: name,
      message: `the property ${name} is required now`,
    });
  else
    walk.tell({
      code: "property-became-optional",
      spot,
      before: name,
      message: `the property ${name} is optional now`,
    });
}

function compareDirections(name: string, before: Property, after: Property, walk: Walk): void {
  const spot = after.schema[0];
  for (const [keyword, code, word] of [
    ["readOnly", "read-only", "read only"],
    ["writeOnly", "write-only", "write only"],
  ] as const) {
    if (before[keyword] === after[keyword]) continue;
    const [suffix, verb] = after[keyword] ? (["added", "is"] as const) : (["removed", "is not"] as const);
    const hidden = code === "read-only" ? walk.flow === "received" : walk.flow === "sent";
    walk.tell({
      code: `${code}-${suffix}`,
      spot,
      before: before[keyword],
      after: after[keyword],
      message: `the property ${name} ${verb} ${word} ${after[keyword] ? "now" : "any more"}`,
      // A property that requests have to carry from now on.
      ...(hidden && !after[keyword] && after.required && walk.flow === "received"
        ? { kind: "breaking" }
        : {}),
    });
  }
}

function compareUndeclared(before: Shape, after: Shape, walk: Walk): void {
  const [was, is] = [undeclaredSchema(before), undeclaredSchema(after)];
  const [closed, closes] = [isFalse(was), isFalse(is)];
  if (!closed && !closes) walk.visit(was, is, "{*}");
  else if (closed !== closes)
    walk.tell({
      code: closes ? "additional-properties-forbidden" : "additional-properties-allowed",
      spot: is[0] ?? after.parts[0],
      message: closes ? "undeclared properties are refused now" : "undeclared properties are possible now",
    });
}

/** How a property is written behind what holds it. */
function step(name: string): string {
  return /^[\p{L}\p{N}_$@-]+$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
