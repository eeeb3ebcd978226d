import type { Step } from "../call.ts";
import type { Operation, Service, Snapshot } from "../snapshot.ts";
import { inTurns } from "./in-turns.ts";
import { placesOf } from "./reply-location.ts";
import { type Route, routeOf } from "./route.ts";
import type { ServiceRuntime } from "./service-runtime.ts";

export interface RouteParts {
  readonly runtimeOf: (service: Service) => ServiceRuntime;
  readonly stepsOf: (operation: Operation, service: Service) => readonly Step[];
}

/** Makes every operation of a snapshot ready, while another one is in service. Rejects where one cannot be run. */
export function routesOf(snapshot: Snapshot, { runtimeOf, stepsOf }: RouteParts): Promise<Route[]> {
  const places = placesOf(snapshot);
  const wantsVerifiedClients = (snapshot.gateway.listen.tls?.clientCa ?? null) !== null;
  return inTurns(snapshot.operations, (operation) => {
    const service = snapshot.services[operation.service];
    if (service === undefined)
      throw new TypeError(`${operation.id}: there is no service '${operation.service}'`);
    const steps = stepsOf(operation, service);
    return routeOf(operation, service, runtimeOf(service), steps, places(operation), wantsVerifiedClients);
  });
}
