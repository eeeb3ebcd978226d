import type { AnyDependency } from "../dependency.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Schema } from "./input.ts";

/** What every input that comes over the wire may say about itself. */
export interface InputOptions {
  /** The wire name. Default: the input's own name; for headers its kebab-case. */
  readonly name?: string;
  readonly description?: string;
  /** Examples for the document, by the wire's reading of the schema. */
  readonly examples?: readonly unknown[] | undefined;
  readonly deprecated?: boolean;
  /** Left out of the document. */
  readonly hidden?: boolean;
  /** OpenAPI's parameter style: how arrays and objects stand in the query, the path or a header. */
  readonly style?: "form" | "deepObject" | "simple" | "spaceDelimited" | "pipeDelimited";
  /** OpenAPI's explode: repeated keys (true, the query's default) or one comma list. */
  readonly explode?: boolean;
}

export interface BodyOptions {
  /** The key of this body among several. Default: the input's own name. */
  readonly name?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[] | undefined;
}

export interface WireMarker {
  readonly in: "path" | "path?" | "query" | "header" | "cookie";
  readonly schema: Schema;
  readonly options: InputOptions;
}
export interface BodyMarker {
  readonly in: "body";
  readonly schema: Schema;
  readonly options: BodyOptions;
}
/** Reads a secret that proves who is asking. An endpoint's or dependency's input of this kind makes it a guard. */
export interface CredentialMarker {
  readonly in: "credential";
  /** Key in the document's `components.securitySchemes`. */
  readonly schemeName: string;
  /** OpenAPI Security Scheme Object. */
  readonly scheme: Readonly<Record<string, unknown>>;
  readonly scopes: readonly string[];
  /** The credential; throws `HttpError` 401 with `WWW-Authenticate` when there is none (or gives undefined, if optional). */
  readonly read: (exchange: Exchange) => unknown;
  readonly optional: boolean;
}
export interface ConstantMarker {
  readonly in: "constant";
  readonly value: unknown;
}
export interface BareMarker {
  readonly in: "request" | "response" | "given";
}

/** The runtime side of `Input`: what the markers really are. */
export type Marker = WireMarker | BodyMarker | CredentialMarker | ConstantMarker | BareMarker | AnyDependency;
export type Markers = Readonly<Record<string, Marker>>;
