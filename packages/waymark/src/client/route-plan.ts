import type { AnyDependency } from "../dependency.ts";
import type {
  FileMarker,
  GroupMarker,
  Marker,
  Markers,
  RawBodyMarker,
  WireMarker,
} from "../inputs/marker.ts";
import type { BodyMarker } from "../inputs/marker.ts";
import type { RouteOptions } from "../routing/declaration.ts";
import type { OperationParts } from "../routing/operation.ts";
import { Template } from "../routing/template.ts";
import { asWireName, bodyKey, wireNameOf } from "../routing/wire-name.ts";
import type { ValuePlace } from "./write-value.ts";

/** Where one argument goes. */
export type Placed =
  | {
      readonly kind: "value";
      readonly key: string;
      readonly place: ValuePlace;
      readonly name: string;
      readonly marker: WireMarker;
    }
  | { readonly kind: "group"; readonly key: string; readonly marker: GroupMarker }
  | { readonly kind: "file"; readonly key: string; readonly name: string; readonly marker: FileMarker }
  | {
      readonly kind: "body";
      readonly key: string;
      /** undefined: the whole body */ readonly name: string | undefined;
      readonly marker: BodyMarker;
    }
  | { readonly kind: "raw"; readonly key: string; readonly marker: RawBodyMarker }
  | { readonly kind: "parts"; readonly key: string }
  /** A path parameter that this route lacks. */
  | { readonly kind: "absent"; readonly key: string };

/** One route of an operation as its client has it. */
export interface RoutePlan {
  readonly method: string;
  readonly template: Template;
  readonly placed: readonly Placed[];
  readonly contract: OperationParts["contract"];
  readonly options: RouteOptions;
  /** Of the router. */
  readonly errors: OperationParts["errors"];
}

/** Decides where the arguments of one route go: as start-up decides where the server reads them (see routing/bind.ts). */
export function planRoute({ contract, routes, prefix, errors }: OperationParts, route: string): RoutePlan {
  const options = Object.hasOwn(routes, route) ? routes[route]! : undefined;
  if (options === undefined)
    throw new TypeError(`there is no route '${route}': there are ${Object.keys(routes).join(", ")}`);
  const space = route.indexOf(" ");
  const own = Template.parse(prefix + route.slice(space + 1));
  const inputs = boundInputs(contract.input ?? {}, options.bind ?? {});
  const isKeyed = Object.values(contract.input ?? {}).filter((marker) => marker.in === "body").length > 1;
  const names = pathNames(inputs, own, leftoverOf(own, prefix, contract, inputs, options));
  const placed = inputs.flatMap((input) => placedOf(input, names, isKeyed));
  return { method: route.slice(0, space), template: own, placed, contract, options, errors };
}

interface BoundInput {
  readonly key: string;
  readonly marker: Marker;
  /** The wire name that the route says. */
  readonly said: string | undefined;
}

function boundInputs(inputs: Markers, bind: NonNullable<RouteOptions["bind"]>): BoundInput[] {
  return Object.entries(inputs).map(([key, declared]) => {
    const bound = Object.hasOwn(bind, key) ? bind[key] : undefined;
    if (typeof bound === "string") return { key, marker: declared, said: bound };
    return { key, marker: bound ?? declared, said: undefined };
  });
}

function isPath(marker: Marker): marker is WireMarker & { readonly in: "path" | "path?" } {
  return marker.in === "path" || marker.in === "path?";
}

function nameOf({ key, marker, said }: BoundInput): string {
  return said ?? wireNameOf(key, marker as WireMarker);
}

/** Names of the route's own path that nobody reads by this name. */
function leftoverOf(
  template: Template,
  prefix: string,
  contract: OperationParts["contract"],
  inputs: readonly BoundInput[],
  options: RouteOptions,
): readonly string[] {
  const read = new Set(prefix === "" ? [] : Template.parse(prefix).names);
  for (const input of inputs) if (isPath(input.marker)) read.add(nameOf(input));
  const dependencies = [
    ...inputs.map(({ marker }) => marker),
    ...(contract.dependencies ?? []),
    ...(options.dependencies ?? []),
  ];
  readByDependencies(dependencies, options.rename ?? {}, read, new Set());
  return template.names.filter((name) => !read.has(name));
}

function readByDependencies(
  markers: readonly (Marker | AnyDependency)[],
  rename: Readonly<Record<string, string>>,
  read: Set<string>,
  seen: Set<unknown>,
): void {
  for (const marker of markers) {
    if (marker.in !== "dependency" || seen.has(marker)) continue;
    seen.add(marker);
    const inputs = Object.entries(marker.contract.input ?? {});
    for (const [key, inner] of inputs)
      if (isPath(inner)) {
        const name = wireNameOf(key, inner);
        read.add(Object.hasOwn(rename, name) ? rename[name]! : name);
      }
    readByDependencies(
      inputs.map(([, inner]) => inner),
      rename,
      read,
      seen,
    );
  }
}

/** The names of path inputs in the template: their own, or the one that is left over for the one that is without. */
function pathNames(
  inputs: readonly BoundInput[],
  { names }: Template,
  leftover: readonly string[],
): ReadonlyMap<string, string> {
  const paths = inputs.filter(({ marker }) => isPath(marker));
  const found = new Map<string, string>();
  for (const input of paths) if (names.includes(nameOf(input))) found.set(input.key, nameOf(input));
  const missing = paths.filter(({ key, said }) => !found.has(key) && said === undefined);
  const required = missing.filter(({ marker }) => marker.in === "path");
  const candidates = required.length > 0 ? required : missing;
  if (leftover.length === 1 && new Set(candidates.map(nameOf)).size === 1)
    for (const { key } of candidates) found.set(key, leftover[0]!);
  return found;
}

function placedOf(input: BoundInput, paths: ReadonlyMap<string, string>, isKeyed: boolean): Placed[] {
  const { key, marker, said } = input;
  switch (marker.in) {
    case "path":
    case "path?": {
      const name = paths.get(key);
      return [
        name === undefined ? { kind: "absent", key } : { kind: "value", key, place: "path", name, marker },
      ];
    }
    case "query":
    case "header":
    case "cookie":
    case "form":
      return [{ kind: "value", key, place: marker.in, name: asWireName(marker.in, nameOf(input)), marker }];
    case "group":
      return [{ kind: "group", key, marker }];
    case "file":
      return [{ kind: "file", key, name: said ?? marker.options.name ?? key, marker }];
    case "body": {
      const name = bodyKey(key, marker, isKeyed);
      return [{ kind: "body", key, name: name === undefined ? undefined : (said ?? name), marker }];
    }
    case "raw":
      return [{ kind: "raw", key, marker }];
    case "parts":
      return [{ kind: "parts", key }];
    default:
      return [];
  }
}
