import type { AnyEndpoint } from "../endpoint.ts";
import { PUBLIC } from "./audience.ts";
import type { Method } from "./route.ts";
import type { Template } from "./template.ts";

/** What the operationId of a route depends on. */
export interface Operation {
  readonly method: Method;
  readonly template: Template;
  readonly endpoint: AnyEndpoint;
  readonly hidden: boolean;
  /** Whose documents show it; undefined: everybody's. */
  readonly audience?: readonly string[] | undefined;
  /** The version of the API that it is of; undefined: of every one. */
  readonly version?: string | undefined;
  readonly canonical: boolean;
  readonly deprecated: boolean | object;
  /** The route's own `operationId`, which goes before everything else. */
  readonly said: string | undefined;
}

/**
 * The operationIds of all routes, in their order. A function's plain name belongs to its canonical route, else to the
 * first that is not deprecated (of those in the document, where there are any); the others add method and path to it. So
 * an id depends on the route itself and on which route is plain, never on how many others there are.
 *
 * Every version of an API has a document of its own, and so a plain route of its own: what another version adds or takes
 * away changes no id. Of a function that has versions, a route without one is plain where it is canonical, and then in all
 * versions.
 */
export function operationIds(operations: readonly Operation[]): string[] {
  const plain = new Set(groupByEndpoint(operations).flatMap(plainOfVersions));
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

function plainOfVersions(operations: readonly Operation[]): Operation[] {
  const versions = new Set(operations.map(({ version }) => version));
  const ofAll = operations.find(({ canonical, version }) => canonical && version === undefined);
  if (ofAll !== undefined) return [ofAll];
  if (versions.size > 1) versions.delete(undefined);
  return plainOfEach(versions, operations);
}

function plainOfEach(
  versions: ReadonlySet<string | undefined>,
  operations: readonly Operation[],
): Operation[] {
  return [...versions].map((version) => plainOf(operations.filter((each) => each.version === version)));
}

function plainOf(operations: readonly Operation[]): Operation {
  const isCurrent = ({ deprecated }: Operation): boolean => deprecated === false;
  return (
    operations.find(({ canonical }) => canonical) ??
    // What others have beside it changes nothing in the document for everybody, nor is told by it.
    operations.find((each) => isCurrent(each) && !each.hidden && isPublic(each)) ??
    operations.find((each) => isCurrent(each) && !each.hidden) ??
    operations.find(isCurrent) ??
    operations[0]!
  );
}

function isPublic({ audience }: Operation): boolean {
  return audience === undefined || audience.includes(PUBLIC);
}
