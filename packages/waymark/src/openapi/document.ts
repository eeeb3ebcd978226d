import type { JsonSchema } from "../schema/json-schema.ts";
import type { SocketObject } from "./sockets.ts";

/**
 * The objects of an OpenAPI document (https://spec.openapis.org/oas/v3.1.1, /v3.2.0), as far as they are written here.
 * Keys beginning with "x-" may be anything (§4.9).
 */
export interface OpenApiDocument {
  readonly openapi: OpenApiVersion;
  readonly info: InfoObject;
  readonly servers?: readonly ServerObject[];
  readonly paths: Readonly<Record<string, PathItemObject>>;
  /** Requests that the application sends by itself. */
  readonly webhooks?: Readonly<Record<string, PathItemObject>>;
  readonly components?: ComponentsObject;
  readonly tags?: readonly TagObject[];
  readonly externalDocs?: ExternalDocumentationObject;
  /** WebSockets: see `SocketObject`. */
  readonly "x-waymark-sockets"?: readonly SocketObject[];
  readonly [extension: `x-${string}`]: unknown;
}

export type OpenApiVersion = "3.1.1" | "3.2.0";

export interface InfoObject {
  readonly title: string;
  readonly version: string;
  readonly summary?: string;
  /** CommonMark. */
  readonly description?: string;
  /** A URI. */
  readonly termsOfService?: string;
  readonly contact?: ContactObject;
  readonly license?: LicenseObject;
}

export interface ContactObject {
  readonly name?: string;
  readonly url?: string;
  readonly email?: string;
}

export interface LicenseObject {
  readonly name: string;
  /** An SPDX expression; not together with `url`. */
  readonly identifier?: string;
  readonly url?: string;
}

export interface ServerObject {
  /** Relative ones start where the document was loaded from. */
  readonly url: string;
  readonly description?: string;
  readonly variables?: Readonly<Record<string, ServerVariableObject>>;
}

export interface ServerVariableObject {
  readonly default: string;
  readonly enum?: readonly string[];
  readonly description?: string;
}

export interface TagObject {
  readonly name: string;
  readonly description?: string;
  readonly externalDocs?: ExternalDocumentationObject;
  /** One line for lists (3.2). */
  readonly summary?: string;
  /** Name of the tag that this one stands below (3.2). */
  readonly parent?: string;
  /** "nav", "badge", "audience", … (3.2). */
  readonly kind?: string;
}

export interface ExternalDocumentationObject {
  readonly url: string;
  readonly description?: string;
}

export type PathItemMethod = "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "query";

/** `query` stands here in 3.2 and as `x-query` in 3.1. */
export type PathItemObject = { readonly [M in PathItemMethod | "x-query"]?: OperationObject };

export interface OperationObject {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly operationId: string;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: RequestBodyObject;
  readonly responses: Readonly<Record<string, ResponseObject>>;
  readonly deprecated?: boolean;
  readonly security?: readonly SecurityRequirementObject[];
  readonly callbacks?: Readonly<Record<string, CallbackObject>>;
  /** When it stops answering, as the route says it: an ISO 8601 date. */
  readonly "x-sunset"?: string;
  /** The same value on every operation of one endpoint that has several. */
  readonly "x-waymark-endpoint"?: string;
  readonly [extension: `x-${string}`]: unknown;
}

/** Path items by the expression that says where they are sent to. */
export type CallbackObject = Readonly<Record<string, PathItemObject>>;

export interface ParameterObject {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly description?: string;
  readonly required?: boolean;
  readonly deprecated?: boolean;
  readonly style?: string;
  readonly explode?: boolean;
  readonly schema: SchemaObject;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, ExampleObject>>;
  /** It takes everything up to the end of the path, "/" included, which OpenAPI has no word for. */
  readonly "x-waymark-catch-all"?: true;
}

export interface ExampleObject {
  readonly summary?: string;
  readonly value: unknown;
}

export interface RequestBodyObject {
  readonly description?: string;
  readonly content: Readonly<Record<string, MediaTypeObject>>;
  readonly required?: boolean;
}

export interface MediaTypeObject {
  readonly schema?: SchemaObject;
  /** What each item of a stream looks like (3.2). */
  readonly itemSchema?: SchemaObject;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, ExampleObject>>;
  /** By property of a form: how it is written. */
  readonly encoding?: Readonly<Record<string, EncodingObject>>;
}

export interface EncodingObject {
  /** Media types, separated by commas. */
  readonly contentType?: string;
  readonly style?: string;
  readonly explode?: boolean;
}

export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, HeaderObject | ReferenceObject>>;
  readonly content?: Readonly<Record<string, MediaTypeObject>>;
}

export interface HeaderObject {
  readonly description?: string;
  readonly schema: SchemaObject;
  readonly example?: unknown;
}

export interface ReferenceObject {
  readonly $ref: string;
}

/** A JSON Schema of draft 2020-12, references pointing into `components.schemas`. */
export type SchemaObject = JsonSchema;

export interface ComponentsObject {
  readonly schemas?: Readonly<Record<string, SchemaObject>>;
  readonly headers?: Readonly<Record<string, HeaderObject>>;
  readonly securitySchemes?: Readonly<Record<string, SecuritySchemeObject>>;
}

export type SecuritySchemeObject = Readonly<Record<string, unknown>>;

/** Every scheme named in one object is needed; one object of a list is enough (§4.8.30). */
export type SecurityRequirementObject = Readonly<Record<string, readonly string[]>>;
