import type { AnyDependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import type { Owner } from "../http/owner.ts";
import { reply, type Reply } from "../http/reply.ts";
import type { IncomingRequest } from "../http/request.ts";
import type { Inputs } from "../inputs/input.ts";
import { request } from "../inputs/request.ts";
import { Router } from "../routing/router.ts";
import { RunningCheck, type Check, type CheckSettings, type Verdict } from "./check.ts";

/** Where health and readiness are asked about, and what they depend on. */
export interface HealthOptions extends Partial<CheckSettings> {
  /** Liveness: 200 as long as the process answers at all. Default "/health"; false leaves it out. */
  readonly path?: string | false;
  /** Readiness: 200 where the application can do its work, else 503. Default "/ready"; false leaves it out. */
  readonly ready?: string | false;
  /** What has to work for that, by name. */
  readonly checks?: Readonly<Record<string, Check>>;
  /** Left out of the document. Default true. */
  readonly hidden?: boolean;
}

interface Health {
  readonly status: "ok" | "ready" | "unavailable" | "draining";
  readonly checks?: Readonly<Record<string, Verdict>>;
}

/**
 * Routes for whoever watches over the application: liveness and readiness. Readiness turns to 503 when a stop begins, and
 * while a check fails or takes longer than `timeout` (default 5 s). Checks run side by side; a verdict is good for `cacheFor`
 * (default 1 s). The reply names the checks and says nothing else of them; the log does.
 *
 * ```ts
 * app.include(health({ checks: { database: dependency({ input: { db: database } }, ({ db }) => db.ping()) } }));
 * ```
 *
 * Throws a `TypeError` for a check that uses what lives for one request.
 */
export function health(options: HealthOptions = {}): Router {
  const {
    path = "/health",
    ready = "/ready",
    checks = {},
    hidden = true,
    timeout = 5000,
    cacheFor = 1000,
  } = options;
  const router = new Router();
  const common = { method: "GET", hidden, tags: ["Health"] } as const;
  if (path !== false) {
    const alive = endpoint({ name: "health", description: "Whether the process answers." }, () =>
      answer(200, { status: "ok" }),
    );
    router.add({ ...common, path, endpoint: alive });
  }
  if (ready !== false)
    router.add({ ...common, path: ready, endpoint: readiness(checks, { timeout, cacheFor }) });
  return router;
}

function readiness(checks: Readonly<Record<string, Check>>, settings: CheckSettings) {
  const inputs = new Map<AnyDependency, string>();
  const runs = Object.entries(checks).map(([name, check]) => ({ name, run: runner(name, check, inputs) }));
  // Each application has its own: what it gives them differs.
  const running = new WeakMap<Owner, ReadonlyMap<string, RunningCheck>>();
  const runningOf = (
    owner: Owner,
    values: Readonly<Record<string, unknown>>,
  ): ReadonlyMap<string, RunningCheck> => {
    let known = running.get(owner);
    if (known === undefined) {
      known = new Map(
        runs.map(({ name, run }) => [
          name,
          new RunningCheck(name, (signal) => run(values, signal), settings, owner["~logger"]),
        ]),
      );
      running.set(owner, known);
    }
    return known;
  };
  const input = Object.fromEntries([...inputs].map(([dependency, key]) => [key, dependency])) as Inputs;
  return endpoint(
    {
      name: "ready",
      description: "Whether it can do its work.",
      input: { ...input, [REQUEST]: request() } as Inputs,
    },
    async (values) => {
      const { [REQUEST]: asked, ...given } = values as Readonly<Record<string, unknown>>;
      const owner = (asked as IncomingRequest)["~owner"]!;
      if (owner.draining) return answer(503, { status: "draining" });
      const verdicts = await Promise.all(
        [...runningOf(owner, given)].map(async ([name, check]) => [name, await check.verdict()] as const),
      );
      const isReady = verdicts.every(([, verdict]) => verdict === "ok");
      return answer(isReady ? 200 : 503, {
        status: isReady ? "ready" : "unavailable",
        checks: Object.fromEntries(verdicts),
      });
    },
  );
}

const REQUEST = "request";

/** How a check is run with the values that its endpoint got; what it uses is added to the endpoint's inputs. */
function runner(
  name: string,
  check: Check,
  inputs: Map<AnyDependency, string>,
): (values: Readonly<Record<string, unknown>>, signal: AbortSignal) => unknown {
  if (typeof check !== "function") throw new TypeError(`health: the check '${name}' is no function`);
  if (!("contract" in check)) return (_, signal) => check(signal);
  const keys = Object.entries(check.contract.input ?? {}).map(([key, marker]) => {
    if (marker.in !== "dependency" || marker.contract.scope !== "app")
      throw new TypeError(`health: the check '${name}' uses '${key}', which does not live with the application: dependencies of a check have scope "app"`); // prettier-ignore
    if (!inputs.has(marker)) inputs.set(marker, `dependency${inputs.size}`);
    return [key, inputs.get(marker)!] as const;
  });
  return (values) => check(Object.fromEntries(keys.map(([key, from]) => [key, values[from]])));
}

function answer(status: 200 | 503, value: Health): Reply<Health, 200 | 503> {
  return reply<Health, 200 | 503>(status, value, { "cache-control": "no-store" });
}
