import { relative, resolve } from "node:path";
import { loadModule } from "waymark/internal";
import type { GatewayConfig, ServiceConfig } from "../config/config.ts";
import { importFaultText } from "../config/import-fault.ts";
import * as wrong from "../mistakes.ts";
import { ConfigurationError, type Mistake } from "../configuration-error.ts";
import { Findings } from "../findings.ts";
import { child, memberOf } from "./pointer.ts";
import { convertSwagger, isSwagger } from "./convert-swagger.ts";
import type { LastGood } from "./last-good.ts";
import type { Documents, LoadedDocument } from "./loaded-document.ts";
import { readSource } from "./read-source.ts";
import { isRecord } from "./record.ts";
import { isAddress } from "./resolve-file.ts";
import { loadSiblings } from "./siblings.ts";
import { sourceOf, type SourceFile } from "./source-file.ts";
import { shown } from "./shown.ts";

export interface LoadOptions {
  /** What files are relative to. Default: the current one. */
  readonly folder?: string;
  /** What files are shown relative to. Default: the current one. */
  readonly directory?: string;
  /** The text of the configuration, for the lines of mistakes. */
  readonly source?: SourceFile;
  /** Copies of what addresses gave before, in the place of those that do not answer. */
  readonly lastGood?: LastGood;
}

export interface LoadedDocuments {
  readonly documents: Documents;
  /** Absolute paths of everything that was read: what a watcher watches. */
  readonly files: readonly string[];
  /** What came from a copy. */
  readonly warnings: readonly Mistake[];
}

/**
 * Reads the documents of all services: files, addresses, and Waymark applications (`ts:./app.ts`), with what they refer to
 * and their overlays. Rejects with a `ConfigurationError` that names everything that cannot be had.
 */
export async function loadDocuments(
  config: GatewayConfig,
  options: LoadOptions = {},
): Promise<LoadedDocuments> {
  const findings = new Findings();
  const loader = new Loader(findings, options);
  const documents: Record<string, LoadedDocument> = {};
  for (const [name, service] of Object.entries(config.services)) {
    const document = await loader.load(name, service);
    if (document !== undefined) documents[name] = document;
  }
  if (findings.mistakes.length > 0) throw new ConfigurationError(findings.mistakes);
  return { documents, files: [...loader.files], warnings: findings.warnings };
}

class Loader {
  readonly files: Set<string> = new Set();
  readonly #findings: Findings;
  readonly #folder: string;
  readonly #directory: string;
  readonly #source: SourceFile;
  readonly #lastGood: LastGood | undefined;

  constructor(
    findings: Findings,
    { folder = process.cwd(), directory = process.cwd(), source, lastGood }: LoadOptions,
  ) {
    this.#findings = findings;
    this.#folder = folder;
    this.#directory = directory;
    this.#source = source ?? sourceOf({}, "gateway.config.ts");
    this.#lastGood = lastGood;
  }

  async load(name: string, service: ServiceConfig): Promise<LoadedDocument | undefined> {
    if (service.spec === false) return undefined;
    const place = child("/services", name);
    const main = await this.#main(service.spec, `${place}/spec`);
    const overlays = await this.#overlays(service, `${place}/overlay`);
    if (main === undefined) return undefined;
    const siblings = await loadSiblings(main, {
      mayLeave: service.references === "anywhere",
      shownAs: (base) => this.#shown(base),
      findings: this.#findings,
      lastGood: this.#lastGood,
    });
    for (const base of siblings.keys()) this.#note(base);
    return { main, siblings, overlays };
  }

  async #main(spec: string, pointer: string): Promise<SourceFile | undefined> {
    if (spec.startsWith("ts:")) return this.#application(spec.slice("ts:".length), pointer);
    const source = await this.#read(spec, pointer);
    if (source === undefined) return undefined;
    const converted = isSwagger(source) ? await convertSwagger(source, this.#findings) : source;
    return converted === undefined ? undefined : this.#checked(converted);
  }

  #checked(source: SourceFile): SourceFile | undefined {
    const version = memberOf(source.value, "openapi");
    if (typeof version === "string" && /^3\.[012](?:\.|$)/.test(version)) return source;
    const what = !isRecord(source.value)
      ? "it is no object"
      : version === undefined
        ? "it has no `openapi`"
        : `it says openapi: ${shown(version)}`;
    return this.#findings.mistake(
      wrong.notAnOpenApiDocument(what),
      source.originOf(version === undefined ? "" : "/openapi"),
    );
  }

  async #application(text: string, pointer: string): Promise<SourceFile | undefined> {
    const [location = "", name] = text.split("#");
    const path = resolve(this.#folder, location);
    this.files.add(path);
    try {
      const { app, instead = "it exports none" } = await loadModule(path, name);
      if (app !== undefined) return sourceOf(app.openapi(), this.#shown(path), path);
      return this.#findings.mistake(
        wrong.noApp(instead.trim().replace(/\.$/, "")),
        this.#source.originOf(pointer),
      );
    } catch (error) {
      return this.#findings.mistake(
        wrong.unusableModule(`the module cannot be loaded: ${importFaultText(error, this.#directory)}`),
        this.#source.originOf(pointer),
      );
    }
  }

  async #overlays({ overlay = [] }: ServiceConfig, pointer: string): Promise<SourceFile[]> {
    const overlays: SourceFile[] = [];
    for (const [index, location] of (typeof overlay === "string" ? [overlay] : overlay).entries()) {
      const read = await this.#read(location, typeof overlay === "string" ? pointer : `${pointer}/${index}`);
      if (read !== undefined) overlays.push(read);
    }
    return overlays;
  }

  #read(location: string, pointer: string): Promise<SourceFile | undefined> {
    const base = isAddress(location) ? location : resolve(this.#folder, location);
    this.#note(base);
    const asked = this.#source.originOf(pointer);
    return readSource(base, this.#shown(base), this.#findings, asked, this.#lastGood);
  }

  #note(base: string): void {
    if (!isAddress(base)) this.files.add(base);
  }

  #shown(base: string): string {
    if (isAddress(base)) return base;
    const path = relative(this.#directory, base);
    return path.length < base.length ? path : base;
  }
}
