import { Matcher, type Method, nearest, parseTemplate, Template } from "waymark/internal";
import { impliedPolicies } from "../policies/kinds.ts";
import type { Operation, Policy, Service, Snapshot } from "../snapshot.ts";
import { inOrder } from "./policies.ts";

/** A request as far as the choice of its operation looks at it. */
export interface AskedRequest {
  readonly method: string;
  /** As it is sent, with its query. */
  readonly path: string;
  readonly host: string | undefined;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface Explanation {
  readonly operation: Operation;
  readonly service: Service;
  readonly params: Readonly<Record<string, string>>;
  /** The path that the service is asked for. */
  readonly target: string;
  /** Everything that happens to the request, in order; `isImplied` for what nobody had to write. */
  readonly steps: readonly (Policy & { readonly isImplied: boolean })[];
}

/** Why no operation is meant. */
export interface Miss {
  /** Methods that are answered on this path: 405. */
  readonly allow: readonly string[];
  /** Versions that it has there, of which the request names none or another one. */
  readonly versions: readonly string[];
  /** Hosts that it has there. */
  readonly hosts: readonly string[];
  /** Templates that begin alike, where nothing is answered on this path. */
  readonly near: readonly string[];
}

/** What keeps a request from an operation. */
export function missOf({ operations }: Snapshot, request: AskedRequest): Miss {
  const [path = ""] = request.path.split("?");
  const here = operations.filter((operation) => fits(operation, path));
  const reached = hostGroups(here, request.host).flat();
  const ofMethod = reached.filter(({ method }) => method === request.method);
  return {
    allow: ofMethod.length > 0 ? [] : [...new Set(reached.map(({ method }) => method))].sort(),
    versions: ofMethod.flatMap(({ choice }) =>
      choice === null ? [] : [`${choice.by} ${choice.name}: ${choice.value}`],
    ),
    hosts: reached.length > 0 ? [] : [...new Set(here.flatMap(({ hosts }) => hosts ?? []))],
    near: here.length > 0 ? [] : nearTo(path, operations),
  };
}

function fits({ template: text }: Operation, path: string): boolean {
  const template = parseTemplate(text);
  if (!(template instanceof Template)) return false;
  return new Matcher([{ method: "GET", template, value: true }]).find("GET", path) === true;
}

const MOST_NEAR = 5;

/** Paths of as many segments as possible that are the same, or one slip away. */
function nearTo(path: string, operations: readonly Operation[]): string[] {
  const asked = path.split("/");
  const scoreOf = (template: string): number => {
    const own = template.split("/");
    const alike = own.filter(
      (segment, index) =>
        index > 0 && (segment === asked[index] || nearest(asked[index] ?? "", [segment]) !== undefined),
    ).length;
    return alike === 0 ? 0 : alike - Math.abs(own.length - asked.length) / 10;
  };
  return [...new Set(operations.map(({ template }) => template))]
    .map((template) => ({ template, score: scoreOf(template) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_NEAR)
    .map(({ template }) => template);
}

/** What the gateway would do with a request; undefined where no operation is meant. */
export function explain(snapshot: Snapshot, request: AskedRequest): Explanation | undefined {
  const [path = "", search = ""] = request.path.split("?");
  for (const candidates of hostGroups(snapshot.operations, request.host)) {
    const found = find(candidates, request, path, search);
    if (found === undefined) continue;
    const { operation, params } = found;
    return {
      operation,
      service: snapshot.services[operation.service]!,
      params,
      target: targetOf(operation, params, request, search),
      steps: stepsOf(operation),
    };
  }
  return undefined;
}

/** Operations of the host itself, of the patterns that it fits, the longest first, of every host: as `HostTable` has them. */
function hostGroups(operations: readonly Operation[], host = ""): Operation[][] {
  const name = host
    .replace(/:[0-9]*$/, "")
    .replace(/\.$/, "")
    .toLowerCase();
  const patterns = operations
    .flatMap(({ hosts }) => hosts ?? [])
    .filter((each) => each.startsWith("*.") && name.length >= each.length && name.endsWith(each.slice(1)))
    .toSorted((a, b) => b.length - a.length);
  return [
    ...[...new Set([name, ...patterns])].map((each) =>
      operations.filter(({ hosts }) => hosts?.includes(each) === true),
    ),
    operations.filter(({ hosts }) => hosts === null),
  ];
}

function find(
  operations: readonly Operation[],
  { method, headers }: AskedRequest,
  path: string,
  search: string,
): { operation: Operation; params: Record<string, string> } | undefined {
  const groups = new Map<string, { template: Template; method: string; operations: Operation[] }>();
  for (const operation of operations) {
    const template = parseTemplate(operation.template);
    if (!(template instanceof Template)) continue;
    const key = `${operation.method} ${template.shape}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { template, method: operation.method, operations: [operation] });
    else group.operations.push(operation);
  }
  const entries = [...groups.values()].map((value) => ({
    method: value.method as Method,
    template: value.template,
    value,
  }));
  const matcher = new Matcher(entries);
  // The handshake of a WebSocket is a GET, and one that no GET answers is meant.
  const group =
    matcher.find(method, path) ?? (method === "GET" ? matcher.find("WEBSOCKET", path) : undefined);
  if (group === undefined) return undefined;
  const query = new URLSearchParams(search);
  const operation = chosen(group.operations, (by, name) =>
    by === "header" ? headers.get(name) : (query.get(name) ?? undefined),
  );
  if (operation === undefined) return undefined;
  const names = (parseTemplate(operation.template) as Template).names;
  return {
    operation,
    params: Object.fromEntries(names.map((name, index) => [name, matcher.params[index] ?? ""])),
  };
}

function chosen(
  operations: readonly Operation[],
  sent: (by: "header" | "query", name: string) => string | undefined,
): Operation | undefined {
  const named = operations.find(
    ({ choice }) => choice !== null && sent(choice.by, choice.name) === choice.value,
  );
  if (named !== undefined) return named;
  const asks = operations.some(({ choice }) => choice !== null && sent(choice.by, choice.name) !== undefined);
  return asks ? undefined : operations.find(({ choice }) => choice === null || choice.isDefault);
}

function targetOf(
  { target, bind }: Operation,
  params: Readonly<Record<string, string>>,
  { headers }: AskedRequest,
  search: string,
): string {
  const values: Record<string, string> = { ...params };
  const unknown: string[] = [];
  const sent = (place: string, name: string): string => {
    const value =
      place === "path"
        ? params[name]
        : place === "query"
          ? new URLSearchParams(search).get(name)
          : place === "header"
            ? headers.get(name.toLowerCase())
            : undefined;
    return value ?? `waymark-unknown-${unknown.push(`{${place}:${name}}`)}-`;
  };
  for (const { to, from } of bind) {
    if (to.in !== "path") continue;
    values[to.name] = "constant" in from ? from.constant : sent(from.in, from.name);
  }
  const template = parseTemplate(target);
  const path = template instanceof Template ? (template.expand(values) ?? target) : target;
  // Not encoded as a value would be: people are to see that there is none.
  return path.replace(/waymark-unknown-(\d+)-/g, (_, number: string) => unknown[Number(number) - 1]!);
}

function stepsOf(operation: Operation): Explanation["steps"] {
  return inOrder([
    ...operation.policies.map((policy) => ({ ...policy, isImplied: false })),
    ...impliedPolicies(operation).map((policy) => ({ ...policy, isImplied: true })),
  ]);
}
