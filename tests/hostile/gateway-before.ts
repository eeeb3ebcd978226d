import { serve, type Running, type ServeOptions } from "waymark";
import { Gateway } from "../../packages/gateway/src/plane/gateway.ts";
import {
  operationOf,
  serviceOf,
  snapshotOf,
  upstreamOf,
} from "../../packages/gateway/src/plane/snapshot.fixture.ts";

/** A gateway that forwards every path with these methods to a port of this machine, and judges nothing of its own. */
export function gatewayBefore(
  port: number,
  methods: readonly string[],
  options: ServeOptions = {},
): Promise<Running> {
  const operations = methods.map((method) => operationOf(`${method} /{rest:path}`));
  const service = serviceOf(upstreamOf([`http://127.0.0.1:${port}`]));
  const gateway = new Gateway(snapshotOf(service, operations), {
    report: () => undefined,
    stepsOf: () => [],
  });
  return serve(gateway, { port: 0, signals: false, shutdownTimeout: 500, ...options });
}
