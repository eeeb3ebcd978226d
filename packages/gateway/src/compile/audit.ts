import { parseTemplate, Template } from "waymark/internal";
import * as wrong from "../mistakes.ts";
import type { Mistake } from "../configuration-error.ts";
import { Findings } from "../findings.ts";
import type { Operation, Policy, Snapshot } from "../snapshot.ts";
import { shownOperations } from "../published/shown-operations.ts";
import { placeOf, routeOf } from "./collisions.ts";
import { SegmentTree } from "./segment-tree.ts";

/** What a snapshot may hold and its authors may not have meant: for `waymark gateway check`. */
export function auditSnapshot(snapshot: Snapshot): readonly Mistake[] {
  const findings = new Findings();
  for (const operation of snapshot.operations) tellOpenBodies(operation, findings);
  tellLimits(snapshot.operations, findings);
  tellAuthz(snapshot.operations, findings);
  tellShadows(snapshot, findings);
  tellLonelySchemes(snapshot, findings);
  tellDeprecated(snapshot, findings);
  if (snapshot.gateway.docs !== null) tellUntold(snapshot.operations, findings);
  return findings.warnings;
}

function tellOpenBodies(operation: Operation, findings: Findings): void {
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
    if (schema === null) findings.warn(wrong.noBodySchema(routeOf(operation), type), operation.origin);
}

const COUNTED: ReadonlySet<string> = new Set(["limit", "quota", "concurrency"]);
const NAMED = /^(?:app|consumer|key|principal|claim:.*)$/;

/** Who is not known is counted by address: many behind one, or one behind many. */
function tellLimits(operations: readonly Operation[], findings: Findings): void {
  const groups = new ByPolicy();
  for (const operation of operations.filter(({ security }) => isPublic(security)))
    for (const policy of operation.policies.filter(({ kind }) => COUNTED.has(kind)))
      for (const by of subjectsOf(policy.options)) if (NAMED.test(by)) groups.add(policy, operation, by);
  for (const { policy, routes, by } of groups.all) {
    const [first = "", ...others] = routes;
    const found =
      others.length === 0
        ? wrong.limitWithoutKey(policy.kind, first, by)
        : wrong.limitsWithoutKey(policy.kind, routes, by);
    findings.warn(found, policy.origin);
  }
}

/** Whom nobody asks for a name has no scopes either. */
function tellAuthz(operations: readonly Operation[], findings: Findings): void {
  const groups = new ByPolicy();
  for (const operation of operations.filter(({ security }) => security.every(isEmpty)))
    for (const policy of operation.policies.filter(({ kind }) => kind === "authz"))
      groups.add(policy, operation, "");
  for (const { policy, routes } of groups.all) findings.warn(wrong.authzOfNobody(routes), policy.origin);
}

function isPublic(security: Operation["security"]): boolean {
  return security.length === 0 || security.some(isEmpty);
}

function isEmpty(requirement: Operation["security"][number]): boolean {
  return Object.keys(requirement).length === 0;
}

interface PolicyGroup {
  readonly policy: Policy;
  readonly by: string;
  readonly routes: string[];
}

/** Operations by the line that gave them a policy: what is wrong there is said once. */
class ByPolicy {
  readonly #groups = new Map<string, PolicyGroup>();

  add(policy: Policy, operation: Operation, by: string): void {
    const { file, pointer } = policy.origin;
    const key = `${file}#${pointer} ${by}`;
    let group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, (group = { policy, by, routes: [] }));
    group.routes.push(routeOf(operation));
  }

  get all(): readonly PolicyGroup[] {
    return [...this.#groups.values()];
  }
}

function subjectsOf({ by = "app" }: Policy["options"]): string[] {
  return (Array.isArray(by) ? by : [by]).filter((each): each is string => typeof each === "string");
}

/**
 * Within one document the more literal path is meant to go first; of two services neither knows of the other. What has no
 * document is there for what the others leave.
 */
function tellShadows({ operations, services }: Snapshot, findings: Findings): void {
  const trees = new Map<string, SegmentTree<Operation>>();
  const parsed = operations.flatMap((operation) => {
    const template = parseTemplate(operation.template);
    return template instanceof Template ? [{ operation, template }] : [];
  });
  const keysOf = ({ method, hosts }: Operation): string[] =>
    (hosts ?? ["*"]).map((host) => `${method} ${host}`);
  for (const { operation, template } of parsed)
    for (const key of keysOf(operation)) {
      let tree = trees.get(key);
      if (tree === undefined) trees.set(key, (tree = new SegmentTree()));
      tree.add(template, operation);
    }
  for (const { operation, template } of parsed) {
    const others = keysOf(operation).flatMap((key) => trees.get(key)!.wider(template));
    const foreign = others.find(
      ({ service }) => service !== operation.service && services[service]?.undocumented !== true,
    );
    if (foreign !== undefined)
      findings.warn(
        wrong.shadowed(routeOf(operation), `${routeOf(foreign)} of ${placeOf(foreign)}`),
        operation.origin,
      );
  }
}

/** `deprecated: true` has no room for a date. */
function tellDeprecated({ services, operations }: Snapshot, findings: Findings): void {
  for (const { name, origin } of Object.values(services)) {
    const undated = operations.filter(
      ({ service, deprecation, retired }) => service === name && deprecation?.since === null && !retired,
    );
    const [first, ...others] = undated;
    if (first === undefined) continue;
    const place = others.length === 0 ? first.origin : origin;
    findings.warn(wrong.deprecatedWhen(name, undated.map(routeOf)), place);
  }
}

function tellUntold(operations: readonly Operation[], findings: Findings): void {
  shownOperations(operations, undefined, (operation, instead) => {
    const other = `${routeOf(instead)} of ${placeOf(instead)}`;
    findings.warn(wrong.notInDocument(routeOf(operation), other, operation.service), operation.origin);
  });
}

function tellLonelySchemes({ services, operations, consumers }: Snapshot, findings: Findings): void {
  const has = {
    apiKey: consumers.some(({ keys }) => keys.length > 0),
    basic: consumers.some(({ basic }) => basic.length > 0),
    clientCertificate: consumers.some(({ certificates }) => certificates.length > 0),
    jwt: true,
  };
  const used = new Set(
    operations.flatMap(({ service, security }) =>
      security.flatMap((each) => Object.keys(each).map((name) => `${service}/${name}`)),
    ),
  );
  for (const { name, securitySchemes, origin } of Object.values(services))
    for (const [scheme, { kind }] of Object.entries(securitySchemes))
      if (!has[kind] && used.has(`${name}/${scheme}`)) findings.warn(wrong.nobodyMayCall(scheme), origin);
}
