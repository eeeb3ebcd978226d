import http from "node:http";
import https from "node:https";
import type { UpstreamTls } from "../snapshot.ts";
import type { LiveTarget } from "./target-set.ts";
import { tlsOptions } from "./tls-options.ts";

/** How a check names itself to who is asked. */
export const HEALTH_AGENT = "waymark-gateway (health check)";

/** Asks targets how they are, each time on a connection of its own. */
export interface HealthRequests {
  /**
   * Gives the status of the answer; 0 where none came in time. Rejects where it cannot be asked at all.
   *
   * @param timeout milliseconds of the whole check: a target that sends a byte now and then is not well.
   */
  ask(target: LiveTarget, path: string, timeout: number): Promise<number>;
  /** Ends those under way. */
  close(): void;
}

/** The same by HTTP/1.1. */
export class Http1HealthRequests implements HealthRequests {
  readonly #tls: UpstreamTls;
  readonly #requests = new Set<http.ClientRequest>();

  constructor(tls: UpstreamTls) {
    this.#tls = tls;
  }

  ask(target: LiveTarget, path: string, timeout: number): Promise<number> {
    return new Promise((resolve) => {
      const { host, port, serverName } = target;
      const headers = { host: hostField(target), "user-agent": HEALTH_AGENT, connection: "close" };
      const common = { host, port, path, headers, agent: false as const };
      const request = target.secure
        ? https.request({ ...common, ...tlsOptions(this.#tls, serverName ?? host) })
        : http.request(common);
      this.#requests.add(request);
      const deadline = setTimeout(() => request.destroy(new Error("timed out")), timeout);
      request.on("response", (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on("error", () => resolve(0));
      request.on("upgrade", (_response, socket) => {
        socket.destroy();
        resolve(0);
      });
      // After the body, which may have no end.
      request.on("close", () => {
        clearTimeout(deadline);
        this.#requests.delete(request);
      });
      request.end();
    });
  }

  close(): void {
    for (const request of this.#requests) request.destroy();
  }
}

/** The Host field of a target: its name, and the port where the scheme does not say it. */
function hostField({ host, port, secure, serverName }: LiveTarget): string {
  const name = serverName ?? (host.includes(":") ? `[${host}]` : host);
  return port === (secure ? 443 : 80) ? name : `${name}:${port}`;
}
