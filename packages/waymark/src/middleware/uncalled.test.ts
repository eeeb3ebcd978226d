import { expect, it } from "vitest";
import { App } from "../app.ts";
import type { Middleware } from "../http/handlers.ts";
import { callThatMakes } from "../http/middleware-makers.ts";
import { connect } from "../node/index.ts";
import { requestLog } from "../observability/index.ts";
import { telemetry } from "../observability/opentelemetry.ts";
import { metrics } from "../observability/prometheus.ts";
import { StartUpError } from "../start-up-error.ts";
import * as packaged from "./index.ts";

/** What this module gives that makes no middleware. */
const OTHERS = ["checkPreconditions", "cspNonce"];

const makers = [
  ...Object.entries(packaged).filter(([name]) => !OTHERS.includes(name) && !/^[A-Z]/.test(name)),
  ...Object.entries({ connect, requestLog, telemetry, metrics }),
] as unknown as [string, Middleware][];

it.each(makers)("%s that was not called is told of before there is a request", (name, make) => {
  const call = callThatMakes(make)!;
  expect(call).toMatch(new RegExp(`^${name}\\(.*\\)$`));
  const app = new App({ logger: { error() {}, warn() {} } });
  expect(() => app.use(make)).toThrow(`use takes middleware, which ${name} makes: use(${call})`);

  app.get("/a", () => 1, { middleware: [make] });
  const started = (): unknown => app.routes();
  expect(started).toThrow(StartUpError);
  expect(started).toThrow(
    `'${name}' makes middleware, and stands where middleware belongs\n  Call it: ${call}. [WM432]`,
  );
});

it("what they make is middleware", () => {
  const app = new App();
  app.use(packaged.requestId());
  app.get("/a", () => 1, { middleware: [packaged.timeout(10)] });
  expect(app.routes()).toHaveLength(1);
});
