import type { AnyEndpoint } from "../endpoint.ts";
import type { Method } from "./route.ts";
import type { Template } from "./template.ts";

/** What the operationId of a route depends on. */
export interface Operation {
  readonly method: Method;
  readonly template: Template;
  readonly endpoint: AnyEndpoint;
  readonly hidden: boolean;
  readonly canonical: boolean;
  readonly deprecated: boolean | object;
  /** The route's own `operationId`, which goes before everything else. */
  readonly said: string | undefined;
}

/**
 * The operationIds of all routes, in their order. A function's plain name belongs to its canonical route, else to the
 * first that is not deprecated (of those in the document, where there are any); the others add method and path to it. So
 * an id depends on the route itself and on which route is plain, never on how many others there are.
 */
export function operationIds(operations: readonly Operation[]): string[] {
  const plain = new Set(groupByEndpoint(operations).map(plainOf));
  return operations.map((operation) => {
    if (operation.said !== undefined) return operation.said;
    const said = nameOf(operation.endpoint);
    const name = said === undefined ? undefined : spelled(said);
    const slug = slugOf(operation.method, operation.template);
    if (name === undefined) return slug;
    return plain.has(operation) ? name : `${name}_${slug}`;
  });
}

/** The name of an endpoint: its contract's, else its function's; undefined for a function without one. */
export function nameOf(endpoint: AnyEndpoint): string | undefined {
  const name = endpoint.contract.name ?? endpoint.name;
  return name === "" ? undefined : name;
}

/**
 * Method and template as one word: `get_items_by_itemId`, `get_root`, `get_items_slash` for a "/" at the end,
 * `get_files_under_rest` for a catch-all. Parameters are told from literals, so that `/users/me` and `/users/{me}` differ.
 */
export function slugOf(method: Method, template: Template): string {
  if (template.text === "/") return `${method.toLowerCase()}_root`;
  const words = template.segments.map((segment) => {
    if (segment.kind === "rest") return `under_${segment.name}`;
    if (segment.kind === "static") return segment.text === "" ? "slash" : segment.text;
    return segment.literals
      .map((literal, index) => literal + (index < segment.names.length ? `_by_${segment.names[index]}_` : ""))
      .join("");
  });
  const word = words.join("_").replace(/[^\p{L}\p{N}]+/gu, "_");
  return `${method.toLowerCase()}_${spelled(word.replace(/^_|_$/g, ""))}`;
}

/** Letters that a URL cannot carry become their code points: tools put operationIds into addresses. */
function spelled(word: string): string {
  return word.replace(/[^\x20-\x7e]/gu, (letter) => `u${letter.codePointAt(0)!.toString(16)}`);
}

function groupByEndpoint(operations: readonly Operation[]): Operation[][] {
  const groups = new Map<AnyEndpoint, Operation[]>();
  for (const operation of operations) {
    const group = groups.get(operation.endpoint);
    if (group === undefined) groups.set(operation.endpoint, [operation]);
    else group.push(operation);
  }
  return [...groups.values()];
}

function plainOf(operations: readonly Operation[]): Operation {
  const isCurrent = ({ deprecated }: Operation): boolean => deprecated === false;
  return (
    operations.find(({ canonical }) => canonical) ??
    operations.find((each) => isCurrent(each) && !each.hidden) ??
    operations.find(isCurrent) ??
    operations[0]!
  );
}
