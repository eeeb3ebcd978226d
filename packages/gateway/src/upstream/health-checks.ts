import http from "node:http";
import https from "node:https";
import type { Health, UpstreamTls } from "../snapshot.ts";
import type { Live } from "./live-target.ts";
import { tlsOptions } from "./tls-options.ts";

type Settings = NonNullable<Health["active"]>;

/** Checks run at the interval, a tenth earlier or later, so that many gateways do not knock at once. */
const JITTER = 0.1;

/** Asks every target for its health path at an interval, and marks those down that answer wrong or not at all. */
export class HealthChecks {
  readonly #settings: Settings;
  readonly #tls: UpstreamTls;
  readonly #changed: () => void;
  readonly #timers = new Map<Live, NodeJS.Timeout>();
  readonly #requests = new Set<http.ClientRequest>();

  constructor(settings: Settings, tls: UpstreamTls, changed: () => void) {
    this.#settings = settings;
    this.#tls = tls;
    this.#changed = changed;
  }

  /** The first check runs at once: a target counts as up until it has failed `unhealthyAfter` times. */
  watch(target: Live): void {
    let row = 0;
    const check = async (): Promise<void> => {
      const isWell = await this.#ask(target);
      if (!this.#timers.has(target)) return;
      const { healthyAfter, unhealthyAfter, interval } = this.#settings;
      row = isWell === target.isDown ? row + 1 : 0;
      if (row >= (target.isDown ? healthyAfter : unhealthyAfter)) {
        target.isDown = !target.isDown;
        row = 0;
        this.#changed();
      }
      this.#timers.set(
        target,
        setTimeout(() => void check(), interval * (1 - JITTER + 2 * JITTER * Math.random())).unref(),
      );
    };
    this.#timers.set(target, setTimeout(() => void check(), 0).unref());
  }

  forget(target: Live): void {
    clearTimeout(this.#timers.get(target));
    this.#timers.delete(target);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const request of this.#requests) request.destroy();
  }

  #ask(target: Live): Promise<boolean> {
    const { path, timeout, statuses } = this.#settings;
    const [from, to] = statuses;
    return new Promise((resolve) => {
      const { host, port, serverName } = target;
      const headers = {
        host: hostField(target),
        "user-agent": "waymark-gateway (health check)",
        connection: "close",
      };
      const common = { host, port, path, headers, agent: false as const };
      const request = target.secure
        ? https.request({ ...common, ...tlsOptions(this.#tls, serverName ?? host) })
        : http.request(common);
      this.#requests.add(request);
      // Of the whole check: a target that sends a byte now and then is not well.
      const deadline = setTimeout(() => request.destroy(new Error("timed out")), timeout);
      const done = (isWell: boolean): void => {
        clearTimeout(deadline);
        this.#requests.delete(request);
        resolve(isWell);
      };
      request.on("response", (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        done(status >= from && status <= to);
      });
      request.on("error", () => done(false));
      request.on("upgrade", (_response, socket) => {
        socket.destroy();
        done(false);
      });
      request.end();
    });
  }
}

/** The Host field of a target: its name, and the port where the scheme does not say it. */
export function hostField({ host, port, secure, serverName }: Live): string {
  const name = serverName ?? (host.includes(":") ? `[${host}]` : host);
  return port === (secure ? 443 : 80) ? name : `${name}:${port}`;
}
