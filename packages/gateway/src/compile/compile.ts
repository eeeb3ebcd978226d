import type { GatewayConfig } from "../config/config.ts";
import { checkAgainst } from "../config/check-schema.ts";
import { configSchema } from "../config/config-schema.ts";
import type { Documents, LoadedDocument } from "../documents/loaded-document.ts";
import { memberOf } from "../documents/pointer.ts";
import { sourceOf, type SourceFile } from "../documents/source-file.ts";
import { Spot } from "../documents/spot.ts";
import { ConfigurationError, type Mistake } from "../configuration-error.ts";
import { Findings } from "../findings.ts";
import * as wrong from "../mistakes.ts";
import type { JsonSchema, Operation, Service, Snapshot } from "../snapshot.ts";
import { tellCollisions } from "./collisions.ts";
import { readConsumers } from "./consumers.ts";
import { tellDocsCollision } from "./docs-collision.ts";
import { settingsOf } from "./gateway-settings.ts";
import { hashOf } from "./hash.ts";
import { Levels } from "./levels.ts";
import { noDocument } from "./no-document.ts";
import { OperationMaker } from "./operation-maker.ts";
import { RuleBook } from "./policies.ts";
import { readService } from "./read-service.ts";
import { readSchemes } from "./security.ts";
import type { ServiceReading } from "./service-reading.ts";
import type { OperationDraft } from "./operation-draft.ts";
import { tellListen } from "./tell-listen.ts";

/** What became of a configuration and its documents. */
export interface Compiled {
  /** Undefined where something is wrong. */
  readonly snapshot: Snapshot | undefined;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Mistake[];
}

/**
 * The snapshot of a configuration and its documents: a pure function, which gives the same for the same, in whatever order
 * keys are written. `source` is the text that the configuration came from, for the lines of mistakes.
 *
 * Throws a `ConfigurationError` with everything that is wrong.
 */
export function compile(config: GatewayConfig, documents: Documents, source?: SourceFile): Snapshot {
  const { snapshot, mistakes } = tryCompile(config, documents, source);
  if (snapshot === undefined) throw new ConfigurationError(mistakes);
  return snapshot;
}

/** The same, with warnings, and mistakes as data. */
export function tryCompile(
  config: GatewayConfig,
  documents: Documents,
  source: SourceFile = sourceOf(config, "gateway.config.ts"),
): Compiled {
  const findings = new Findings();
  const root = new Spot({ main: source, siblings: new Map(), overlays: [] }, source, source.value, "");
  const snapshot = checkAgainst(configSchema(), withoutEnvironment(root), findings)
    ? make(config, documents, root, findings)
    : undefined;
  const { mistakes, warnings } = findings;
  return { snapshot: mistakes.length === 0 ? snapshot : undefined, mistakes, warnings };
}

function withoutEnvironment(root: Spot): Spot {
  const { environment: _, ...rest } = (root.value ?? {}) as GatewayConfig;
  return new Spot(
    root.document,
    root.file,
    root.value === null || typeof root.value !== "object" ? root.value : rest,
    "",
  );
}

function make(config: GatewayConfig, documents: Documents, root: Spot, findings: Findings): Snapshot {
  const services: Record<string, Service> = {};
  const schemas: Record<string, JsonSchema> = {};
  const drafts: OperationDraft[] = [];
  const readings = new Map<string, ServiceReading>();
  for (const name of Object.keys(config.services).sort()) {
    const service = config.services[name]!;
    const document =
      service.spec === false
        ? noDocument(name, service, root.file, findings)
        : (memberOf(documents, name) as LoadedDocument | undefined);
    if (document === undefined) {
      const { origin } = root.get("services").get(name).get("spec");
      findings.mistake(wrong.documentNotGiven(name), origin);
      continue;
    }
    const read = readService(name, config, document, root.file, findings);
    for (const service of read.services) {
      services[service.name] = service;
      readings.set(service.name, read.reading);
    }
    for (const [key, schema] of read.schemas) {
      if (Object.hasOwn(schemas, key))
        findings.mistake(wrong.sameSchemaTwice(key, name), read.reading.written.origin);
      schemas[key] = schema;
    }
    drafts.push(...read.operations);
  }
  const levels = new Levels(findings);
  const rules = new RuleBook(root.get("policies"), levels, findings);
  const operations = new OperationMaker(config, root, services, rules, findings).make(drafts);
  rules.tellUnused();
  addSchemes(services, readings, operations);
  tellCollisions(operations, findings);
  const settings = settingsOf(config);
  tellListen(settings, services, operations, root, findings);
  const gateway = tellDocsCollision(settings, config, operations, root, findings);
  const snapshot = {
    format: 1 as const,
    gateway,
    services,
    operations: operations.toSorted(byPlace),
    schemas,
    consumers: readConsumers(root.get("consumers"), findings),
  };
  return { ...snapshot, hash: hashOf(snapshot) };
}

/** Of each service the security schemes that one of its operations asks for. */
function addSchemes(
  services: Record<string, Service>,
  readings: ReadonlyMap<string, ServiceReading>,
  operations: readonly Operation[],
): void {
  const used = new Map<ServiceReading, Set<string>>([...readings.values()].map((each) => [each, new Set()]));
  for (const { service, security } of operations)
    for (const name of security.flatMap(Object.keys)) used.get(readings.get(service)!)!.add(name);
  const read = new Map([...used].map(([reading, names]) => [reading, readSchemes(reading, names)]));
  for (const [name, reading] of readings)
    services[name] = { ...services[name]!, securitySchemes: read.get(reading)! };
}

function byPlace(a: Operation, b: Operation): number {
  return (
    compareText(a.service, b.service) ||
    compareText(a.template, b.template) ||
    compareText(a.method, b.method) ||
    compareText(a.id, b.id)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
