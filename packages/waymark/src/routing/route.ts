import type { AnyDependency } from "../dependency.ts";
import type { AnyEndpoint, ErrorDeclarations } from "../endpoint.ts";
import type { Mounted } from "../http/mounted.ts";
import type {
  BodyMarker,
  CredentialMarker,
  FileMarker,
  GroupMarker,
  PartsMarker,
  RawBodyMarker,
  WireMarker,
} from "../inputs/marker.ts";
import type { Schema } from "../inputs/input.ts";
import type { DeclaredReplies } from "./declared-replies.ts";
import type { Callback, OperationExtra } from "./outgoing.ts";
import type { RouterScope } from "./scope.ts";
import type { Template } from "./template.ts";

/** The methods of requests. */
export const HTTP_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "QUERY", "HEAD", "OPTIONS"] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];
/** What a route may answer; WEBSOCKET is a GET that asks for a WebSocket (RFC 6455 §4.1). */
export const METHODS: readonly [...typeof HTTP_METHODS, "WEBSOCKET"] = [...HTTP_METHODS, "WEBSOCKET"];
/** The methods that are served. */
export type Method = (typeof METHODS)[number];

/** Since when, until when (ISO 8601 dates) and in whose favour a route is deprecated (RFC 9745, RFC 8594). */
export interface Deprecation {
  readonly since: string;
  readonly sunset?: string;
  /** Path template of the successor, `{names}` being the endpoint's input names. */
  readonly successor?: string;
}

/** Where one named value of a route really comes from, bind and rename applied. */
export type Source =
  | {
      readonly from: "path" | "query" | "header" | "cookie" | "form";
      /** header names in lower case */ readonly name: string;
      readonly marker: WireMarker;
    }
  | {
      readonly from: "group";
      /** property to wire name; header names in lower case */ readonly names: ReadonlyMap<string, string>;
      readonly marker: GroupMarker;
    }
  | { readonly from: "file"; readonly name: string; readonly marker: FileMarker }
  | { readonly from: "parts"; readonly marker: PartsMarker }
  | {
      readonly from: "body";
      /** key among several bodies; undefined: the whole body */ readonly name: string | undefined;
      readonly marker: BodyMarker;
    }
  | { readonly from: "raw"; readonly marker: RawBodyMarker }
  | { readonly from: "credential"; readonly marker: CredentialMarker }
  /** the scopes that the route asks for */
  | { readonly from: "scopes" }
  | { readonly from: "request" }
  | { readonly from: "response" }
  | { readonly from: "constant"; readonly value: unknown }
  | {
      readonly from: "absent" /** an optional path input that the template lacks: the schema is asked about undefined */;
      readonly marker: WireMarker;
    }
  | { readonly from: "dependency"; readonly use: DependencyUse };

/** A dependency as one route reaches it. One object per dependency and route: identity is "once per request". */
export interface DependencyUse {
  readonly dependency: AnyDependency;
  readonly sources: ReadonlyMap<string, Source>;
  /** It, or something it uses, reads a credential: it runs before the rest is validated. */
  readonly credential: boolean;
}

/** A method, a path and an endpoint, everything about them decided: what plans, documents and `waymark routes` read. */
export interface Route {
  readonly method: Method;
  /** The whole template, prefixes included. */
  readonly template: Template;
  readonly endpoint: AnyEndpoint;
  /** The endpoint's name: its contract's, else its function's, else method and template. */
  readonly name: string;
  readonly operationId: string;
  /** Where each input of the endpoint comes from, in the order of declaration. */
  readonly sources: ReadonlyMap<string, Source>;
  /** `dependencies` of app, routers (outer to inner) and route, in that order, each once. */
  readonly guards: readonly DependencyUse[];
  /** What the caller must be allowed to do: all that routers, endpoint, dependencies and route ask for, each once. */
  readonly scopes: readonly string[];
  /** The schema of the one reply that it declares. */
  readonly output: Schema | undefined;
  /** Instead of `output`: what it declares where that is more than one reply, or not JSON. */
  readonly replies: DeclaredReplies | undefined;
  /** Given the function's result; replies made by hand of another status than the function's main one pass by it. */
  readonly map: ((result: unknown) => unknown) | undefined;
  readonly trusted: boolean;
  /** Success status; undefined means 200, or 204 when there is nothing to send. */
  readonly status: number | undefined;
  /** Declared errors: the endpoint's, the route's, and those of every dependency that the route reaches. */
  readonly errors: ErrorDeclarations;
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  readonly deprecated: boolean | Deprecation;
  readonly hidden: boolean;
  /** Whose documents show it; undefined or none: everybody's. */
  readonly audience?: readonly string[] | undefined;
  /** The version of the API that it is of; undefined: of every one. */
  readonly version?: string | undefined;
  readonly canonical: boolean;
  /** Free metadata given by the route: what `request.route.metadata` shows. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Requests that follow from this route's, by name. */
  readonly callbacks?: Readonly<Record<string, Callback>> | undefined;
  /** Laid over the operation of the document. */
  readonly extra?: OperationExtra | undefined;
  /** Error handlers and middleware that apply, inner to outer. */
  readonly scope: RouterScope;
  /** Where it was declared, "file:line" when the stack told. */
  readonly declaredAt: string | undefined;
  /** What is mounted here, where the route is one of a mount's. */
  readonly mount?: Mounted | undefined;
}
