import { parseTemplate, Template } from "waymark/internal";
import * as wrong from "../mistakes.ts";
import { Findings, type Mistake } from "../mistakes.ts";
import type { Operation, Policy, Snapshot } from "../snapshot.ts";
import { placeOf, routeOf } from "./collisions.ts";
import { SegmentTree } from "./segment-tree.ts";

/** What a snapshot may hold and its authors may not have meant: for `waymark gateway check`. */
export function auditSnapshot(snapshot: Snapshot): readonly Mistake[] {
  const findings = new Findings();
  for (const operation of snapshot.operations) {
    tellOpenBodies(operation, findings);
    tellLimits(operation, findings);
  }
  tellShadows(snapshot.operations, findings);
  tellLonelySchemes(snapshot, findings);
  return findings.warnings;
}

function tellOpenBodies(operation: Operation, findings: Findings): void {
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
    if (schema === null) findings.warn(wrong.noBodySchema(routeOf(operation), type), operation.origin);
}

const COUNTED: ReadonlySet<string> = new Set(["limit", "quota", "concurrency"]);
const NAMED = /^(?:app|consumer|key|principal|claim:.*)$/;

/** Who is not known is counted by address: many behind one, or one behind many. */
function tellLimits(operation: Operation, findings: Findings): void {
  const isPublic =
    operation.security.length === 0 || operation.security.some((each) => Object.keys(each).length === 0);
  if (!isPublic) return;
  for (const { kind, options, origin } of operation.policies.filter((policy) => COUNTED.has(policy.kind)))
    for (const by of subjectsOf(options))
      if (NAMED.test(by)) findings.warn(wrong.limitWithoutKey(kind, routeOf(operation), by), origin);
}

function subjectsOf({ by = "app" }: Policy["options"]): string[] {
  return (Array.isArray(by) ? by : [by]).filter((each): each is string => typeof each === "string");
}

/** Within one document the more literal path is meant to go first; of two services neither knows of the other. */
function tellShadows(operations: readonly Operation[], findings: Findings): void {
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
    const foreign = others.find((other) => other.service !== operation.service);
    if (foreign !== undefined)
      findings.warn(
        wrong.shadowed(routeOf(operation), `${routeOf(foreign)} of ${placeOf(foreign)}`),
        operation.origin,
      );
  }
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
