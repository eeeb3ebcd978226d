import type { AnyDependency } from "../dependency.ts";
import type { AnyEndpoint, ErrorDeclarations } from "../endpoint.ts";
import type { Schema } from "../inputs/input.ts";
import type { Marker } from "../inputs/marker.ts";
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
  readonly dependencies?: readonly AnyDependency[];
  readonly errors?: ErrorDeclarations;
  readonly trusted?: boolean;
  /** Shown to the function as `request.route.metadata`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Input name to another wire name (a string) or to another source (a marker or a dependency). */
  readonly bind?: Readonly<Record<string, string | Marker>>;
  /** Wire name read inside a dependency to the wire name on this route. */
  readonly rename?: Readonly<Record<string, string>>;
  /** What the reply is validated and filtered by on this route. */
  readonly output?: Schema;
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
  /** Made where the route was declared: its stack tells the file and the line. */
  readonly declaredBy: Error;
}

export interface IncludeOptions {
  readonly prefix?: string;
  readonly tags?: readonly string[];
  readonly dependencies?: readonly AnyDependency[];
  readonly deprecated?: boolean | Deprecation;
}
