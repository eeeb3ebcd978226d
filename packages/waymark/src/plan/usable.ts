import { unusableSchema } from "../mistakes.ts";
import type { Route } from "../routing/route.ts";
import { SchemaError } from "../schema/schema-error.ts";
import { StartUpError } from "../start-up-error.ts";

/** Makes something of a schema; one that cannot do what its place asks is a start-up error naming the route and `what`. */
export function usable<T>(route: Route, what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const at = { route: `${route.method} ${route.template.text}`, at: route.declaredAt };
    throw new StartUpError([{ ...unusableSchema(what, error.message), ...at }]);
  }
}
