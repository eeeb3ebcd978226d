import http from "node:http";
import https from "node:https";
import type { Health, UpstreamTls } from "../snapshot.ts";
import type { Live } from "./live-target.ts";
import { tlsOptions } from "./tls-options.ts";

type Settings = NonNullable<Health["active"]>;

/** Checks run at the interval, a tenth earlier or later, so that many gateways do not knock at once. */
const JITTER = 0.1;

/** What is remembered of one target between its checks. */
interface Watched {
  /** Until the next check; undefined while one is under way. */
  timer: NodeJS.Timeout | undefined;
  /** The next one follows at once. */
  isHurried: boolean;
  /** Checks in a row that say the opposite of what the target counts as. */
  opposed: number;
  /** Passed checks in a row after a failed one; undefined where none has failed since the last recovery. */
  recovering: number | undefined;
}

/** Asks every target for its health path at an interval, and marks those down that answer wrong or not at all. */
export class HealthChecks {
  readonly #settings: Settings;
  readonly #tls: UpstreamTls;
  readonly #changed: () => void;
  readonly #recovered: (target: Live) => void;
  readonly #watched = new Map<Live, Watched>();
  readonly #requests = new Set<http.ClientRequest>();

  /**
   * @param changed called when a target went down or came back.
   * @param recovered called when a target has passed as many checks as it takes after one had failed.
   */
  constructor(
    settings: Settings,
    tls: UpstreamTls,
    { changed, recovered }: { changed: () => void; recovered: (target: Live) => void },
  ) {
    this.#settings = settings;
    this.#tls = tls;
    this.#changed = changed;
    this.#recovered = recovered;
  }

  /** The first check runs at once: a target counts as up until it has failed `unhealthyAfter` times. */
  watch(target: Live): void {
    const watched: Watched = { timer: undefined, isHurried: false, opposed: 0, recovering: undefined };
    this.#watched.set(target, watched);
    this.#checkIn(0, target, watched);
  }

  /** Looks at a target now rather than when its turn comes: something has happened to it. */
  hurry(target: Live): void {
    const watched = this.#watched.get(target);
    if (watched === undefined) return;
    // The answer that is under way may be from before.
    if (watched.timer === undefined) watched.isHurried = true;
    else {
      clearTimeout(watched.timer);
      this.#checkIn(0, target, watched);
    }
  }

  forget(target: Live): void {
    clearTimeout(this.#watched.get(target)?.timer);
    this.#watched.delete(target);
  }

  close(): void {
    for (const target of this.#watched.keys()) this.forget(target);
    for (const request of this.#requests) request.destroy();
  }

  #checkIn(milliseconds: number, target: Live, watched: Watched): void {
    watched.timer = setTimeout(() => {
      watched.timer = undefined;
      void this.#ask(target).then((isWell) => this.#record(isWell, target, watched));
    }, milliseconds).unref();
  }

  #record(isWell: boolean, target: Live, watched: Watched): void {
    if (this.#watched.get(target) !== watched) return;
    const { healthyAfter, unhealthyAfter, interval } = this.#settings;
    watched.opposed = isWell === target.isDown ? watched.opposed + 1 : 0;
    if (watched.opposed >= (target.isDown ? healthyAfter : unhealthyAfter)) {
      target.isDown = !target.isDown;
      watched.opposed = 0;
      this.#changed();
    }
    if (!isWell) watched.recovering = 0;
    else if (watched.recovering !== undefined && ++watched.recovering >= healthyAfter) {
      watched.recovering = undefined;
      this.#recovered(target);
    }
    const pause = watched.isHurried ? 0 : interval * (1 - JITTER + 2 * JITTER * Math.random());
    watched.isHurried = false;
    this.#checkIn(pause, target, watched);
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
