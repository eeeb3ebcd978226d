import type { DeclaredScheme, GatewayConfig, ServiceConfig } from "../config/config.ts";
import type { SourceFile } from "../documents/source-file.ts";
import { SchemaReader } from "../documents/schema-reader.ts";
import { UnknownKeys } from "../documents/unknown-keys.ts";
import { Spot } from "../documents/spot.ts";
import { memberOf } from "../documents/pointer.ts";
import { isRecord } from "../documents/record.ts";
import type { LoadedDocument } from "../documents/loaded-document.ts";
import type { Findings } from "../findings.ts";

/** One service while it is read. */
export class ServiceReading {
  readonly name: string;
  readonly config: ServiceConfig;
  /** The configuration. */
  readonly source: SourceFile;
  readonly root: Spot;
  readonly findings: Findings;
  readonly schemas: SchemaReader;
  readonly unknownKeys: UnknownKeys = new UnknownKeys();
  readonly environment: { readonly [name: string]: string | undefined };
  readonly #gateway: GatewayConfig;

  constructor(
    name: string,
    gateway: GatewayConfig,
    document: LoadedDocument,
    source: SourceFile,
    findings: Findings,
  ) {
    this.name = name;
    this.#gateway = gateway;
    this.config = gateway.services[name]!;
    this.source = source;
    this.root = Spot.root(document);
    this.findings = findings;
    this.schemas = new SchemaReader(name, this.isThreeZero, findings, this.unknownKeys);
    this.environment = gateway.environment ?? {};
  }

  get isThreeZero(): boolean {
    const { value } = this.root.get("openapi");
    return typeof value === "string" && value.startsWith("3.0");
  }

  /** The module of a Waymark application that the document is asked of. */
  get application(): string | undefined {
    const { spec } = this.config;
    return spec !== false && spec.startsWith("ts:") ? spec : undefined;
  }

  /** The service in the configuration. */
  get written(): Spot {
    return this.#configuration.get("services").get(this.name);
  }

  get #configuration(): Spot {
    const { source } = this;
    return new Spot({ main: source, siblings: new Map(), overlays: [] }, source, source.value, "");
  }

  /** What the configuration says of a security scheme: at the service, else for all. */
  schemeConfig(name: string): { readonly config: DeclaredScheme; readonly spot: Spot } | undefined {
    const own = memberOf(this.config.securitySchemes, name) as DeclaredScheme | undefined;
    const shared = memberOf(this.#gateway.securitySchemes, name) as DeclaredScheme | undefined;
    const place = own === undefined ? this.#configuration : this.written;
    const config = own ?? shared;
    return config === undefined ? undefined : { config, spot: place.get("securitySchemes").get(name) };
  }

  /** Where a security scheme is declared: by the configuration, where it says its type, else by the document. */
  scheme(name: string): Spot | undefined {
    const said = this.schemeConfig(name);
    if (said?.config.type !== undefined) return said.spot;
    const declared = this.root.get("components").get("securitySchemes").get(name);
    return declared.value === undefined ? undefined : declared;
  }

  get schemeNames(): string[] {
    const { value } = this.root.get("components").get("securitySchemes");
    const all = [value, this.config.securitySchemes, this.#gateway.securitySchemes];
    const names = new Set(all.flatMap((each) => (isRecord(each) ? Object.keys(each) : [])));
    return [...names].filter((name) => this.scheme(name) !== undefined);
  }
}
