import { memberOf } from "../documents/pointer.ts";
import type { Operation, Policy, Service, Snapshot } from "../snapshot.ts";
import { hashOf } from "./hash.ts";

/** One thing that is another behind the gateway, where no client sees it in the document. */
export interface SnapshotChange {
  /** `service orders`, `operation orders:readOrder`, `gateway`. */
  readonly at: string;
  readonly message: string;
}

const OF_OPERATIONS: readonly (keyof Operation)[] = [
  "target",
  "moved",
  "choice",
  "bind",
  "limits",
  "timeouts",
  "retry",
  "retired",
  "internal",
  "deprecation",
];

/**
 * What changed between two snapshots besides what clients are promised. What one of them does not show, since it comes from
 * an admin port, is not compared.
 */
export function diffSnapshots(before: Snapshot, after: Snapshot): SnapshotChange[] {
  if (before.hash === after.hash) return [];
  const isWhole = isComplete(before) && isComplete(after);
  const settings = ({ gateway }: Snapshot): object =>
    isWhole ? gateway : { ...gateway, redis: gateway.redis === null ? null : "***" };
  return [
    ...members("gateway", settings(before), settings(after)),
    ...matched("service", before.services, after.services, serviceChanges),
    ...matched("operation", byId(before), byId(after), operationChanges),
    ...(isWhole ? matched("consumer", named(before), named(after), (was, is) => members("", was, is)) : []),
  ];
}

function isComplete({ hash, ...rest }: Snapshot): boolean {
  const { folder: _, ...made } = rest as typeof rest & { readonly folder?: string };
  return hashOf(made) === hash;
}

function byId({ operations }: Snapshot): Record<string, Operation> {
  return Object.fromEntries(operations.map((operation) => [operation.id, operation]));
}

function named({ consumers }: Snapshot): Record<string, object> {
  return Object.fromEntries(consumers.map((consumer) => [consumer.id, consumer]));
}

function valueOf(value: object, key: string): object {
  return (value as Readonly<Record<string, object>>)[key]!;
}

function matched<T extends object>(
  noun: string,
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  compare: (was: T, is: T) => readonly SnapshotChange[],
): SnapshotChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const at = `${noun} ${name}`;
    const [was, is] = [memberOf(before, name), memberOf(after, name)] as [T | undefined, T | undefined];
    if (was === undefined) return [{ at, message: "it is new" }];
    if (is === undefined) return [{ at, message: "it is gone" }];
    return compare(was, is).map(({ message }) => ({ at, message }));
  });
}

/** Members that differ, one level down: objects as they are. */
function members(at: string, before: object, after: object): SnapshotChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => {
    const [was, is] = [textOf(valueOf(before, key)), textOf(valueOf(after, key))];
    return was === is ? [] : [{ at, message: `${key}: ${was} → ${is}` }];
  });
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

function serviceChanges(was: Service, is: Service): SnapshotChange[] {
  return [
    ...members("upstream", was.upstream, is.upstream),
    ...addressChanges(addressesOf(was), addressesOf(is)),
    ...schemeChanges(was, is),
  ];
}

/** By address: the list is in no order that means anything. */
function addressesOf({ addresses = [] }: Service): ReadonlyMap<string, string> {
  return new Map(addresses.map(({ url, prefix }) => [url, prefix === "" ? "/" : prefix]));
}

function addressChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): SnapshotChange[] {
  const urls = [...new Set([...before.keys(), ...after.keys()])].sort();
  return urls.flatMap((url) => {
    const [was, is] = [before.get(url), after.get(url)];
    if (was === is) return [];
    const message =
      was === undefined ? `new, as ${is}` : is === undefined ? `gone, was ${was}` : `${was} → ${is}`;
    return [{ at: "addresses", message: `addresses: ${url}: ${message}` }];
  });
}

/** What a token has to be is nowhere in the document: it names the scheme, and no more. */
function schemeChanges(was: Service, is: Service): SnapshotChange[] {
  return Object.keys(is.securitySchemes).flatMap((name) => {
    const [before, after] = [was.securitySchemes[name], is.securitySchemes[name]!];
    if (before?.kind !== "jwt" || after.kind !== "jwt") return [];
    return members(name, before, after).map(({ at, message }) => ({ at, message: `${name}: ${message}` }));
  });
}

function operationChanges(was: Operation, is: Operation): SnapshotChange[] {
  const at = is.id;
  const plain = OF_OPERATIONS.flatMap((key) => {
    const [before, after] = [textOf(was[key]), textOf(is[key])];
    return before === after ? [] : [{ at, message: `${key}: ${before} → ${after}` }];
  });
  return [...plain, ...policyChanges(was, is)];
}

function policyChanges(was: Operation, is: Operation): SnapshotChange[] {
  const [before, after] = [was.policies.map(policyText), is.policies.map(policyText)];
  const gone = before.filter((text) => !after.includes(text)).map((text) => `policy gone: ${text}`);
  const added = after.filter((text) => !before.includes(text)).map((text) => `policy added: ${text}`);
  const isMoved = gone.length + added.length === 0 && before.join("\n") !== after.join("\n");
  const moved = isMoved ? [`policies: ${kindsOf(was)} → ${kindsOf(is)}`] : [];
  return [...gone, ...added, ...moved].map((message) => ({ at: is.id, message }));
}

/** They run in their order. */
function kindsOf({ policies }: Operation): string {
  return policies.map(({ kind }) => kind).join(", ");
}

function policyText({ kind, options }: Policy): string {
  return `${kind} ${JSON.stringify(options)}`;
}
