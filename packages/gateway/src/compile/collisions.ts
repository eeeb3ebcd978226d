import * as wrong from "../mistakes.ts";
import { describeOrigin } from "../configuration-error.ts";
import type { Findings } from "../findings.ts";
import type { Operation } from "../snapshot.ts";
import { parseTemplate, Template } from "waymark/internal";

/** Two operations may answer the same requests only where the client's choice of a version tells them apart. */
export function tellCollisions(operations: readonly Operation[], findings: Findings): void {
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const template = parseTemplate(operation.template);
    const shape = template instanceof Template ? template.shape : operation.template;
    for (const host of operation.hosts ?? [""]) {
      const key = `${operation.method} ${host}${shape}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [operation]);
      else group.push(operation);
    }
  }
  const told = new Set<Operation>();
  for (const group of groups.values()) if (group.length > 1) tellGroup(group, findings, told);
}

function tellGroup(group: readonly Operation[], findings: Findings, told: Set<Operation>): void {
  const chosen = new Map<string, Operation>();
  let byDefault: Operation | undefined;
  for (const operation of group) {
    const { choice } = operation;
    const key = choice === null ? "" : `${choice.by}:${choice.name}=${choice.value}`;
    const other = chosen.get(key) ?? (choice === null || chosen.has("") ? group[0] : undefined);
    if (other !== undefined && other !== operation) {
      if (!told.has(operation))
        findings.mistake(wrong.collision(routeOf(operation), placeOf(other)), operation.origin);
      told.add(operation);
    } else if (choice?.isDefault === true && byDefault !== undefined)
      findings.mistake(wrong.twoDefaults(routeOf(operation), placeOf(byDefault)), operation.origin);
    chosen.set(key, operation);
    if (choice?.isDefault === true) byDefault ??= operation;
  }
}

export function routeOf({ method, template, hosts }: Operation): string {
  return `${method} ${hosts === null ? "" : hosts.join("|")}${template}`;
}

export function placeOf({ id, origin }: Operation): string {
  return `'${id}' (${describeOrigin(origin)})`;
}
