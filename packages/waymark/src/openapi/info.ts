import type {
  ContactObject,
  ExternalDocumentationObject,
  LicenseObject,
  OpenApiDocument,
  OpenApiVersion,
  ServerObject,
  TagObject,
} from "./document.ts";

import type { AnyDependency } from "../dependency.ts";
import type { Versioning } from "../routing/versions.ts";
import type { Webhook } from "./webhooks.ts";

/** The document of an application. */
export interface OpenApiSettings {
  /** Where it is. Default "/openapi.json". */
  readonly path?: string;
  /**
   * Has the last word about the document, which is plain JSON: what is returned is served and shown. Where there are several
   * documents it is called for each.
   */
  readonly transform?: DocumentTransform;
  /** Guards in front of the document and its pages; nothing of it is told to those whom they refuse. */
  readonly dependencies?: readonly AnyDependency[];
}

/** Of which document it is: "public" is the main one. */
export type DocumentTransform = (
  document: OpenApiDocument,
  of: { readonly document: string; readonly version: string | undefined },
) => OpenApiDocument;

/** What a document says about the whole application. */
export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly summary?: string | undefined;
  /** CommonMark. */
  readonly description?: string | undefined;
  readonly termsOfService?: string | undefined;
  readonly contact?: ContactObject | undefined;
  readonly license?: LicenseObject | undefined;
  /** Default: one, relative to `path`, so that the document is right behind any proxy. */
  readonly servers?: readonly ServerObject[] | undefined;
  /** What is known about tags, in the order they are to be shown. */
  readonly tags?: readonly TagObject[] | undefined;
  readonly externalDocs?: ExternalDocumentationObject | undefined;
  readonly webhooks?: readonly Webhook[] | undefined;
  /** "3.2.0" writes QUERY operations and `itemSchema` as that version does. Default "3.1.1". */
  readonly openapiVersion?: OpenApiVersion | undefined;
  /** How its routes' versions are told. */
  readonly versioning?: Versioning | undefined;
  /** Where the document is served. Default "/openapi.json". */
  readonly path?: string | undefined;
}

/**
 * The way from the document back to the application's root. A relative server starts where the document was loaded
 * from (OpenAPI 3.1 §4.8.5): "." beside "/openapi.json", "../.." beside "/api/v1/openapi.json".
 */
export function relativeServer(documentPath: string): ServerObject {
  const depth = documentPath.split("/").length - 2;
  const url = depth < 1 ? "." : Array.from({ length: depth }, () => "..").join("/");
  return { url, description: "Where this document is from" };
}
