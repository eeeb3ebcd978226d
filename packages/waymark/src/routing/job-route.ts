import { endpoint } from "../endpoint.ts";
import type { Inputs } from "../inputs/input.ts";
import { resolveRoutes } from "./resolve.ts";
import type { Route } from "./route.ts";
import { Router } from "./router.ts";
import type { Overrides } from "./uses.ts";

/** A route that nobody can ask for: what a function outside of requests takes, resolved as any route is. */
export function jobRoute(inputs: Inputs, name: string, overrides: Overrides): Route {
  const job = new Router();
  job.add({ method: "POST", path: "/", endpoint: endpoint({ name, input: inputs }, () => undefined) });
  return resolveRoutes(job, { overrides })[0]!;
}
