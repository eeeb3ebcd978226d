import type { GatewayConfig, UpstreamConfig } from "../config/config.ts";
import type { LoadedDocument } from "../documents/loaded-document.ts";
import { applyOverlays } from "../documents/overlay.ts";
import type { SourceFile } from "../documents/source-file.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { Discovery, JsonSchema, Service } from "../snapshot.ts";
import type { OperationDraft } from "./operation-draft.ts";
import { knownAddresses } from "./known-addresses.ts";
import { readOperations } from "./operations.ts";
import { passedSchemes } from "./passed-security.ts";
import { serviceAddress, type ServerAddress } from "./server-address.ts";
import { ServiceParts } from "./service-parts.ts";
import { ServiceReading } from "./service-reading.ts";
import { discoveryOf, retryOf, targetOf, timeoutsOf, upstreamOf } from "./upstream.ts";

export interface ReadService {
  readonly reading: ServiceReading;
  /** Their security schemes are read when it is known which of them operations ask for. */
  readonly services: readonly Service[];
  readonly operations: readonly OperationDraft[];
  readonly schemas: ReadonlyMap<string, JsonSchema>;
}

/** Everything that a document says, with where its service runs. */
export function readService(
  name: string,
  config: GatewayConfig,
  document: LoadedDocument,
  source: SourceFile,
  findings: Findings,
): ReadService {
  const overlaid = applyOverlays(document, findings);
  const reading = new ServiceReading(name, config, overlaid, source, findings);
  const address = serviceAddress(reading);
  const own = serviceOf(reading, config, address);
  const parts = new ServiceParts(
    reading,
    own,
    reading.config.upstream === undefined && !isModule(reading) ? address : undefined,
  );
  const operations = readOperations(reading, parts);
  const asked = operations.flatMap(({ parts: { passedSecurity = [] } }) =>
    passedSecurity.flatMap(Object.keys),
  );
  const passed = passedSchemes(reading, own, new Set(asked));
  const [, ...others] = parts.services.values();
  const addressesOf = knownAddresses(reading, own, others, address);
  reading.unknownKeys.look("document", reading.root);
  reading.unknownKeys.tell(findings);
  return {
    reading,
    services: [own, ...others].map((service) => ({ ...service, ...addressesOf(service), ...passed })),
    operations,
    schemas: reading.schemas.schemas,
  };
}

function serviceOf(
  reading: ServiceReading,
  config: GatewayConfig,
  address: ServerAddress | undefined,
): Service {
  const { root, name } = reading;
  const info = root.get("info");
  const text = (key: string): string | undefined => {
    const { value } = info.get(key);
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
  const version = text("version") ?? "";
  const { upstream: given = {}, timeout, retry } = reading.config;
  const own: UpstreamConfig = typeof given === "string" ? { url: given } : given;
  const basePath = own.path ?? pathOf(own.url) ?? address?.path ?? "";
  const upstream = upstreamOf(
    own,
    config.upstream ?? {},
    discovery(own, reading, address),
    isModule(reading) && own.path === undefined ? "" : basePath,
  );
  return {
    name,
    title: text("title") ?? name,
    version,
    ...(reading.config.spec === false && { undocumented: true as const }),
    major: /\d+/.exec(version)?.[0] ?? null,
    description: text("description") ?? null,
    upstream: {
      ...upstream,
      timeouts: timeoutsOf(upstream.timeouts, timeout),
      retry: retryOf(upstream.retry, retry),
    },
    securitySchemes: {},
    origin: info.value === undefined ? root.origin : info.origin,
  };
}

function pathOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).pathname.replace(/\/+$/, "");
}

function isModule({ application, config }: ServiceReading): boolean {
  return application !== undefined && config.upstream === undefined;
}

/** Where the service runs: by the configuration, in this process, or at the first server of the document. */
function discovery(
  { url, targets, discover }: UpstreamConfig,
  reading: ServiceReading,
  address: ServerAddress | undefined,
): Discovery {
  if (discover !== undefined) return discoveryOf(discover);
  if (targets !== undefined) return { kind: "static", targets: targets.map(targetOf) };
  if (url !== undefined) return { kind: "static", targets: [targetOf(url)] };
  const { application, config, name, root, findings } = reading;
  if (isModule(reading)) return discoveryOf(application!);
  if (config.spec === false) {
    findings.mistake(wrong.noUpstream(name), root.origin);
    return { kind: "static", targets: [] };
  }
  if (address?.origin !== undefined) return { kind: "static", targets: [targetOf(address.origin)] };
  const servers = root.get("servers");
  const why =
    servers.value === undefined || (Array.isArray(servers.value) && servers.value.length === 0)
      ? "the document has no `servers`"
      : "the address in `servers` is relative";
  // What is wrong with a server was said where it was read.
  if (address !== undefined || why.includes("no `servers`"))
    findings.mistake(wrong.noAddress(name, why), servers.value === undefined ? root.origin : servers.origin);
  return { kind: "static", targets: [] };
}
