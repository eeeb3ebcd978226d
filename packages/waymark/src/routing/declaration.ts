import type { AnyDependency } from "../dependency.ts";
import type { AnyEndpoint, ErrorDeclarations } from "../endpoint.ts";
import type { Middleware } from "../http/handlers.ts";
import type { Mounted } from "../http/mounted.ts";
import type { Marker } from "../inputs/marker.ts";
import type { Output } from "../outputs/output.ts";
import type { Callback, OperationExtra } from "./outgoing.ts";
import type { Deprecation } from "./route.ts";

/** The options of a route, as the runtime sees them (the compiler's view is in check.ts). */
export interface RouteOptions {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly operationId?: string;
  /** Success status. */
  readonly status?: number;
  /** Left out of the document. */
  readonly hidden?: boolean;
  /** This route carries the plain operationId. */
  readonly canonical?: boolean;
  readonly deprecated?: boolean | Deprecation;
  /** The versions of the API that it is of, by name. Default: what its routers say, else all. */
  readonly version?: string | readonly string[];
  /** Whose documents show it. Default: what its routers and the app say, else all. */
  readonly audience?: string | readonly string[];
  readonly dependencies?: readonly AnyDependency[];
  /** What the caller must be allowed to do, beside what endpoint, routers and dependencies ask for. */
  readonly scopes?: readonly string[];
  /** Around this route alone, inside of what app and routers lay around it: before its guards and inputs. */
  readonly middleware?: readonly Middleware[];
  readonly errors?: ErrorDeclarations;
  readonly trusted?: boolean;
  /** Shown to the function as `request.route.metadata`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Requests that the application sends because of this one, by name: for the document. */
  readonly callbacks?: Readonly<Record<string, Callback>>;
  /** Laid over the operation in the document, as OpenAPI writes it: links, headers of replies, extensions. */
  readonly openapi?: OperationExtra;
  /** Input name to another wire name (a string) or to another source (a marker or a dependency). */
  readonly bind?: Readonly<Record<string, string | Marker>>;
  /** Wire name read inside a dependency to the wire name on this route. */
  readonly rename?: Readonly<Record<string, string>>;
  /** What the reply is validated and filtered by on this route. */
  readonly output?: Output;
  readonly map?: (result: any) => unknown;
}

/** One statement of a user: a route before anything about it is checked. */
export interface Declaration {
  /** Upper case; unchecked, since data-driven routes may say anything. */
  readonly method: string;
  /** Relative to the router; unchecked. */
  readonly path: string;
  readonly endpoint: AnyEndpoint;
  readonly options: RouteOptions;
  /** What answers all paths below this one; the endpoint is then its. */
  readonly mount?: Mounted;
  /** Made where the route was declared: its stack tells the file and the line. */
  readonly declaredBy: Error;
}

export interface IncludeOptions {
  readonly prefix?: string;
  readonly tags?: readonly string[];
  readonly dependencies?: readonly AnyDependency[];
  readonly scopes?: readonly string[];
  /** Around every route of the router where it is included here: outside of its own. */
  readonly middleware?: readonly Middleware[];
  readonly deprecated?: boolean | Deprecation;
  /** The versions of the API that its routes are of here: the router and its routes may only choose among them. */
  readonly version?: string | readonly string[];
  /** Whose documents show its routes, unless they say it for themselves. */
  readonly audience?: string | readonly string[];
  /** Left out of the document, unless its routes say it for themselves. */
  readonly hidden?: boolean;
  /** What its routes may answer with, beside what they say for themselves. */
  readonly errors?: ErrorDeclarations;
}
