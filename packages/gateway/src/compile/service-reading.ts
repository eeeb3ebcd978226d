import type { ServiceConfig } from "../config/config.ts";
import type { SourceFile } from "../documents/source-file.ts";
import { SchemaReader } from "../documents/schema-reader.ts";
import { Spot } from "../documents/spot.ts";
import { child } from "../documents/pointer.ts";
import type { LoadedDocument } from "../documents/loaded-document.ts";
import type { Findings } from "../mistakes.ts";

/** One service while it is read. */
export class ServiceReading {
  readonly name: string;
  readonly config: ServiceConfig;
  /** Where the configuration says it, and below which pointer. */
  readonly source: SourceFile;
  readonly root: Spot;
  readonly findings: Findings;
  readonly schemas: SchemaReader;
  readonly environment: { readonly [name: string]: string | undefined };

  constructor(
    name: string,
    config: ServiceConfig,
    document: LoadedDocument,
    source: SourceFile,
    findings: Findings,
    environment: { readonly [name: string]: string | undefined },
  ) {
    this.name = name;
    this.config = config;
    this.source = source;
    this.root = Spot.root(document);
    this.findings = findings;
    this.schemas = new SchemaReader(name, this.isThreeZero, findings);
    this.environment = environment;
  }

  get isThreeZero(): boolean {
    const { value } = this.root.get("openapi");
    return typeof value === "string" && value.startsWith("3.0");
  }

  /** The pointer to the service in the configuration. */
  get pointer(): string {
    return child("/services", this.name);
  }
}
