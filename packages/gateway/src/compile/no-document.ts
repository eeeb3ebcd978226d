import type { ServiceConfig } from "../config/config.ts";
import type { LoadedDocument } from "../documents/loaded-document.ts";
import { child } from "../documents/pointer.ts";
import type { SourceFile } from "../documents/source-file.ts";
import type { Findings } from "../findings.ts";
import * as wrong from "../mistakes.ts";
import type { Operation, Policy } from "../snapshot.ts";
import { inOrder } from "./policies.ts";

const REST = "/{rest:path}";
const METHODS = ["get", "post", "put", "patch", "delete", "query", "options"];
/** What only a document gives a meaning to. */
const OF_DOCUMENTS = ["overlay", "references", "variables"] as const;

/** What stands in the place of the document of a service with `spec: false`: every path, by every method. */
export function noDocument(
  name: string,
  service: ServiceConfig,
  source: SourceFile,
  findings: Findings,
): LoadedDocument {
  const place = child("/services", name);
  for (const key of OF_DOCUMENTS)
    if (service[key] !== undefined)
      findings.mistake(wrong.keyOfDocument(key), source.originOf(child(place, key)));
  const operations = METHODS.map((method) => [method, { operationId: method, "x-internal": true }]);
  const rest = { name: "rest", in: "path", required: true, "x-waymark-catch-all": true, schema: {} };
  const value = {
    openapi: "3.1.0",
    info: { title: name },
    paths: { "/{rest}": { parameters: [rest], ...Object.fromEntries(operations) } },
  };
  const origin = source.originOf(child(place, "spec"));
  const main = { file: source.file, base: `${source.base}#${place}`, value, originOf: () => origin };
  return { main, siblings: new Map(), overlays: [] };
}

/** Nothing says what would be valid, whatever holds for others. */
export function unvalidated(policies: readonly Policy[], { origin }: Pick<Operation, "origin">): Policy[] {
  const off = { phase: "validate", kind: "validateRequest", options: { enabled: false }, origin } as const;
  return inOrder([...policies.filter(({ kind }) => !/^validateRe/.test(kind)), off]);
}

/**
 * With `/legacy` itself beside what is below it. At the root of every host OPTIONS is left to the gateway: as an operation
 * it would take the preflights of all services.
 */
export function withPrefixItself(operation: Operation): Operation[] {
  const { method, hosts, template, target, service, operationId } = operation;
  const prefix = template.slice(0, -REST.length);
  if (prefix === "") return method === "OPTIONS" && hosts === null ? [] : [operation];
  const itself = { id: `${service}:${operationId}@${prefix}`, template: prefix, parameters: [] };
  return [operation, { ...operation, ...itself, target: target.slice(0, -REST.length) || "/" }];
}
