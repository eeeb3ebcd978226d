import type { RouteInfo } from "../http/route-info.ts";
import { PROBLEM_JSON } from "../http/problem.ts";
import type { ErrorDeclarations } from "../endpoint.ts";
import type { ErrorHandlers } from "./error-handlers.ts";
import type { Route } from "../routing/route.ts";
import { routeInfo } from "./route-info.ts";
import type { PlanSettings } from "./settings.ts";

/** What is the same for every run of a plan, and is asked about only off its straight path. */
export class Frame {
  readonly settings: PlanSettings;
  /** Undefined outside any route. */
  readonly routeInfo: RouteInfo | undefined;
  /** Undefined outside any route. */
  readonly route: Route | undefined;
  /** Error handlers around the route, middleware aside. */
  readonly errorHandlers: ErrorHandlers;
  /** Statuses that the route has declared; undefined outside any route. */
  readonly errors: ErrorDeclarations | undefined;
  readonly #warned = new Set<number>();

  constructor(settings: PlanSettings, errorHandlers: ErrorHandlers, route?: Route) {
    this.settings = settings;
    this.errorHandlers = errorHandlers;
    this.routeInfo = route === undefined ? undefined : routeInfo(route);
    this.errors = route?.errors;
    this.route = route;
  }

  /** Tells the application's log, naming the route. A logger that throws must not cost the reply. */
  log(level: "error" | "warn", message: string, details?: unknown): void {
    const text =
      this.routeInfo === undefined
        ? message
        : `${this.routeInfo.method} ${this.routeInfo.template}: ${message}`;
    try {
      if (details === undefined) this.settings.logger[level](text);
      else this.settings.logger[level](text, details);
    } catch {
      // Nobody is left to tell.
    }
  }

  /**
   * In development, says once for each status that a function answered with something the document does not know.
   * `mediaType` is what a reply made by hand is sent as.
   */
  warnIfUndeclared(status: number, mediaType: string = PROBLEM_JSON): void {
    if (!this.settings.dev || this.errors === undefined || Object.hasOwn(this.errors, status)) return;
    const declaration =
      mediaType === PROBLEM_JSON
        ? `"what it means"`
        : `{ description: "what it means", schema, mediaType: "${mediaType}" }`;
    this.#warnOnce(
      status,
      `answered ${status}, which is not declared; add it to errors: { ${status}: ${declaration} }`,
    );
  }

  /** In development, says once for each status that it was declared, and sent as another media type than the document's. */
  warnIfOtherwise(status: number, mediaType: string): void {
    if (!this.settings.dev || this.errors === undefined || !Object.hasOwn(this.errors, status)) return;
    const declared = this.errors[status]!;
    const { mediaType: documented = PROBLEM_JSON } = typeof declared === "string" ? {} : declared;
    if (documented.toLowerCase() === mediaType) return;
    const remedy =
      mediaType === PROBLEM_JSON
        ? `return reply(${status}, …), or leave mediaType out of errors: { ${status}: … }`
        : documented === PROBLEM_JSON
          ? `throw new HttpError(${status}, "…", { members }), or declare { ${status}: { description, schema, mediaType: "${mediaType}" } }`
          : `declare { ${status}: { description, schema, mediaType: "${mediaType}" } }`;
    this.#warnOnce(status, `answered ${status} as ${mediaType}, and errors says ${documented}; ${remedy}`);
  }

  #warnOnce(status: number, message: string): void {
    if (this.#warned.has(status)) return;
    this.#warned.add(status);
    this.log("warn", message);
  }
}
