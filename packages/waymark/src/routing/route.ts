import type { AnyDependency } from "../dependency.ts";
import type { AnyEndpoint, ErrorDeclarations } from "../endpoint.ts";
import type { BodyMarker, CredentialMarker, WireMarker } from "../inputs/marker.ts";
import type { Schema } from "../inputs/input.ts";
import type { RouterScope } from "./scope.ts";
import type { Template } from "./template.ts";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "QUERY", "HEAD", "OPTIONS"] as const;
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
      readonly from: "path" | "query" | "header" | "cookie";
      /** header names in lower case */ readonly name: string;
      readonly marker: WireMarker;
    }
  | {
      readonly from: "body";
      /** key among several bodies; undefined: the whole body */ readonly name: string | undefined;
      readonly marker: BodyMarker;
    }
  | { readonly from: "credential"; readonly marker: CredentialMarker }
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
  readonly output: Schema | undefined;
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
  readonly canonical: boolean;
  /** Free metadata given by the route: what `request.route.metadata` shows. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Error handlers and middleware that apply, inner to outer. */
  readonly scope: RouterScope;
  /** Where it was declared, "file:line" when the stack told. */
  readonly declaredAt: string | undefined;
}
