import type { AnyDependency } from "../dependency.ts";
import type { BodyFormat, RawKind } from "../http/body.ts";
import type { Exchange } from "../http/exchange.ts";
import type { BodyParser } from "../http/raw-body.ts";
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

/** What an input that is a whole group of parameters may say about itself; each parameter's own words stand in its schema. */
export interface GroupOptions<K extends string = string> {
  /** Wire names of properties, where they are not the property's own (for headers its kebab-case). */
  readonly names?: { readonly [P in K]?: string };
  /** Further names that an object without further keys does not refuse: what middleware or `request()` reads. */
  readonly allow?: readonly string[];
  /** Left out of the document, all of them. */
  readonly hidden?: boolean;
  /** How those properties that are arrays or objects stand on the wire: see `InputOptions`. */
  readonly style?: InputOptions["style"];
  readonly explode?: boolean;
}

/** What an input that is an uploaded file may say about itself. */
export interface FileOptions {
  /** The wire name. Default: the input's own name. */
  readonly name?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** Bytes; a larger file is 413. Default: `limits.form.fileSize` of the app. */
  readonly maxSize?: number;
  /** Media types it may say that it is (`image/png`, `image/*`); another one is 422. It is the client's word, not a fact. */
  readonly accept?: readonly string[];
}

/** What a body is sent as, and how it is read. */
export interface BodyOptions {
  /** The key of this body among several. Default: the input's own name. */
  readonly name?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[] | undefined;
  /** One key of an object even where it is the only body: `{ "item": { … } }`. */
  readonly embed?: boolean;
  /** What the body is sent as, and the document says. Default "application/json". */
  readonly mediaType?: string;
  /** Makes the value that the schema judges. Default: a parser of JSON. What it throws is 400, an `HttpError` its own status. */
  readonly parse?: BodyParser;
  /** Several kinds of body, each with its parser; `true` is JSON: `{ "application/json": true, "application/xml": parseXml }`. */
  readonly mediaTypes?: Readonly<Record<string, BodyParser | true>>;
  /**
   * Takes bodies with `Content-Encoding: gzip`, `deflate` or `br`, one of them; otherwise any is 415. The body limit holds
   * for what was sent, and for what comes out of it.
   */
  readonly decompress?: boolean;
}

/** What a body that nobody parses may say about itself. */
export interface RawBodyOptions {
  readonly description?: string;
  readonly examples?: readonly unknown[] | undefined;
  /** What it may be sent as: a media type or several; `"image/*"` takes all of a type, and that of all types also none. */
  readonly mediaType?: string | readonly string[];
  /** See `BodyOptions`. */
  readonly decompress?: boolean;
}

export interface WireMarker {
  readonly in: "path" | "path?" | "query" | "header" | "cookie" | "form";
  readonly schema: Schema;
  readonly options: InputOptions;
}
/** All of a place at once, by the schema of one object. */
export interface GroupMarker {
  readonly in: "group";
  readonly place: "query" | "header" | "cookie" | "form";
  readonly schema: Schema;
  readonly options: GroupOptions;
}
export interface FileMarker {
  readonly in: "file";
  readonly options: FileOptions;
  /** How many there may be; undefined for one file, which is then no list. */
  readonly count: { readonly min: number; readonly max: number } | undefined;
  readonly optional: boolean;
}
/** The parts of a form as they come. */
export interface PartsMarker {
  readonly in: "parts";
  readonly options: { readonly description?: string };
}
export interface BodyMarker {
  readonly in: "body";
  readonly schema: Schema;
  readonly options: BodyOptions;
  /** What it may be sent as; undefined: JSON. */
  readonly formats?: readonly BodyFormat[] | undefined;
}
/** The body as it was sent. */
export interface RawBodyMarker {
  readonly in: "raw";
  readonly kind: RawKind;
  readonly options: RawBodyOptions;
  readonly formats: readonly Pick<BodyFormat, "mediaType" | "accepts">[];
}
/** Reads a secret that proves who is asking. An endpoint's or dependency's input of this kind makes it a guard. */
export interface CredentialMarker {
  readonly in: "credential";
  /** Key in the document's `components.securitySchemes`. */
  readonly schemeName: string;
  /** OpenAPI Security Scheme Object. */
  readonly scheme: Readonly<Record<string, unknown>>;
  /** What whoever reads it asks of a route, beside what the route asks for itself. */
  readonly scopes: readonly string[];
  /** The only scopes that there are, where the scheme lists them. */
  readonly declaredScopes?: readonly string[];
  /** Looks by itself at what the credential allows: 403 where a scope of the route is missing. */
  readonly checksScopes?: boolean;
  /** Asks somebody else, who may not be there: 503 is one of its answers. */
  readonly asksElsewhere?: boolean;
  /** One of these is enough; what stands here of a scheme is then only a name for reports. */
  readonly alternatives?: readonly CredentialMarker[];
  /**
   * The credential; throws `HttpError` 401 with `WWW-Authenticate` when there is none (or gives undefined, if optional).
   * `scopes` are all that the route asks for.
   */
  readonly read: (exchange: Exchange, scopes: readonly string[]) => unknown;
  readonly optional: boolean;
}
export interface ConstantMarker {
  readonly in: "constant";
  readonly value: unknown;
}
export interface BareMarker {
  readonly in: "request" | "response" | "given" | "scopes";
}

/** The runtime side of `Input`: what the markers really are. */
export type Marker =
  | WireMarker
  | GroupMarker
  | FileMarker
  | PartsMarker
  | BodyMarker
  | RawBodyMarker
  | CredentialMarker
  | ConstantMarker
  | BareMarker
  | AnyDependency;
export type Markers = Readonly<Record<string, Marker>>;
