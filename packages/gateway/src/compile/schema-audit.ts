import * as wrong from "../mistakes.ts";
import { Findings } from "../findings.ts";
import { type KnownSchemas, schemaFaults, type SchemaFault } from "../policies/validate/operation-faults.ts";
import type { Operation, Snapshot } from "../snapshot.ts";
import { routeOf } from "./collisions.ts";

/**
 * Schemas that no value can be held against: a mistake where the gateway would do so, else a warning. All of them are
 * compiled for it, which takes some milliseconds each: for `waymark gateway check`, not for a start.
 */
export function auditSchemas({ operations, schemas }: Snapshot): Findings {
  const findings = new Findings();
  const known: KnownSchemas = new Map();
  for (const operation of operations) {
    // What an alias has is what its operation has.
    if (operation.id !== `${operation.service}:${operation.operationId}`) continue;
    for (const fault of schemaFaults(operation, schemas, known)) {
      const told = wrong.unusableSchema(`${fault.where} of ${routeOf(operation)}`, fault.why);
      if (isHeldAgainst(operation, fault)) findings.mistake(told, operation.origin);
      else findings.warn(told, operation.origin);
    }
  }
  return findings;
}

function isHeldAgainst({ policies }: Operation, { direction, where }: SchemaFault): boolean {
  const optionsOf = (kind: string): Readonly<Record<string, unknown>> | undefined =>
    policies.find((policy) => policy.kind === kind)?.options;
  if (direction === "response") {
    const reply = optionsOf("validateResponse");
    return reply !== undefined && reply["mode"] !== "off";
  }
  const { enabled, body, parameters } = optionsOf("validateRequest") ?? {};
  return enabled !== false && (where.startsWith("the body") ? body : parameters) !== false;
}
