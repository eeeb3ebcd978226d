/** The route by which a function was reached: what `request().route` shows. */
export interface RouteInfo {
  /** The whole template, prefixes included: "/items/{itemId}". */
  readonly template: string;
  readonly method: string;
  /** The endpoint's name. */
  readonly name: string;
  readonly operationId: string;
  /** The version of the API that it is of, where it is of one. */
  readonly version?: string;
  /** Free metadata that the route was declared with. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  /** What the caller must be allowed to do. */
  readonly scopes: readonly string[];
}
