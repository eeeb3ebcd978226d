import { parseTemplate, Template } from "waymark/internal";
import type { AliasConfig, BindConfig } from "../config/config.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { Binding, Operation, Parameter } from "../snapshot.ts";

/** What differs between an operation and its alias. */
export interface AliasParts {
  readonly template: Template;
  readonly bind: readonly Binding[];
  readonly parameters: readonly Parameter[];
}

/**
 * An old path for a new operation: which input of the operation comes from where, as `bind` of a Waymark route says it.
 * Names of the path match by themselves, and so do the last two that are left over.
 */
export function aliasParts(
  alias: AliasConfig,
  prefix: string,
  operation: Operation,
  spot: Spot,
  findings: Findings,
): AliasParts | undefined {
  const template = parseTemplate(`${prefix}${alias.path}`);
  if (!(template instanceof Template))
    return findings.mistake(wrong.malformedTemplate(template), spot.get("path").origin);
  const before = findings.mistakes.length;
  const bind = new Map<Parameter, Binding>();
  for (const [input, source] of spot.get("bind").members()) {
    const parameter = inputOf(input, operation);
    if (parameter === undefined)
      findings.mistake(
        wrong.bindsNothing(
          input,
          operation.id,
          operation.parameters.map(({ name }) => name),
        ),
        source.origin,
      );
    else bind.set(parameter, bindingOf(parameter, source.value as string | BindConfig));
  }
  bindPath(template, operation, bind);
  tellPath(template, operation, bind, spot, findings);
  if (findings.mistakes.length > before) return undefined;
  return {
    template,
    bind: [...bind.values()].filter(isChange),
    parameters: operation.parameters.flatMap((each) => renamed(each, bind.get(each))),
  };
}

/** "limit", or "query:limit" where several places have that name. */
function inputOf(input: string, { parameters }: Operation): Parameter | undefined {
  const [, place, name = input] = /^(path|query|header|cookie):(.+)$/.exec(input) ?? [];
  return parameters.find((each) => (place === undefined || each.in === place) && sameName(each, name));
}

function sameName(parameter: Parameter, name: string): boolean {
  return parameter.in === "header"
    ? parameter.name.toLowerCase() === name.toLowerCase()
    : parameter.name === name;
}

function bindingOf({ in: place, name }: Parameter, source: string | BindConfig): Binding {
  const to = { in: place, name };
  if (typeof source === "string") return { to, from: { in: place, name: source } };
  if (source.constant !== undefined) return { to, from: { constant: String(source.constant) } };
  const [from, wire = ""] = Object.entries(source)[0] ?? [];
  return { to, from: { in: from as Parameter["in"], name: String(wire) } };
}

/** Names that are the same need no binding; of one name and one input that are left over, each is the other's. */
function bindPath(template: Template, { parameters }: Operation, bind: Map<Parameter, Binding>): void {
  const taken = new Set(
    [...bind.values()].flatMap(({ from }) => ("in" in from && from.in === "path" ? [from.name] : [])),
  );
  const inputs = parameters.filter((each) => each.in === "path" && !bind.has(each));
  const names = template.names.filter((name) => !taken.has(name));
  const leftInputs = inputs.filter(({ name }) => !names.includes(name));
  const leftNames = names.filter((name) => !inputs.some((each) => each.name === name));
  const [input] = leftInputs;
  const [name] = leftNames;
  if (leftInputs.length === 1 && leftNames.length === 1 && input !== undefined && name !== undefined)
    bind.set(input, { to: { in: "path", name: input.name }, from: { in: "path", name } });
}

function tellPath(
  template: Template,
  { parameters }: Operation,
  bind: Map<Parameter, Binding>,
  spot: Spot,
  findings: Findings,
): void {
  const read = new Set<string>();
  for (const each of parameters) {
    const from = bind.get(each)?.from ?? { in: each.in, name: each.name };
    if (!("in" in from) || from.in !== "path") continue;
    read.add(from.name);
    if (!template.names.includes(from.name))
      findings.mistake(wrong.unfilledPath(from.name, template.text), spot.get("path").origin);
  }
  for (const name of template.names)
    if (!read.has(name)) findings.mistake(wrong.nothingReads(name, template.text), spot.get("path").origin);
}

function isChange({ to, from }: Binding): boolean {
  return !("in" in from) || from.in !== to.in || from.name !== to.name;
}

/** The parameter as clients of the alias send it; none where it is a constant. */
function renamed(parameter: Parameter, binding: Binding | undefined): readonly Parameter[] {
  if (binding === undefined) return [parameter];
  const { from } = binding;
  if (!("in" in from)) return [];
  if (from.in === parameter.in) return [{ ...parameter, name: from.name }];
  const isForm = from.in === "query" || from.in === "cookie";
  return [
    {
      ...parameter,
      in: from.in,
      name: from.name,
      required: from.in === "path" || parameter.required,
      style: isForm ? "form" : "simple",
      explode: isForm,
    },
  ];
}
