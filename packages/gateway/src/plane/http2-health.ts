import type { Service, Timeouts } from "../snapshot.ts";
import { HEALTH_AGENT, type HealthRequests } from "../upstream/health-requests.ts";
import type { LiveTarget } from "../upstream/target-set.ts";
import { Http2Link } from "./http2-link.ts";
import type { Incoming } from "./upstream-link.ts";

/** The deadline of a whole check is the only one there is. */
const NO_TIMEOUTS: Timeouts = { connect: 0, firstByte: 0, idle: 0, total: null };

/** Asks targets how they are that speak HTTP/2. */
export class Http2HealthRequests implements HealthRequests {
  readonly #service: Service;
  /** Of those under way. */
  readonly #ends = new Set<() => void>();

  constructor(service: Service) {
    this.#service = service;
  }

  ask(target: LiveTarget, path: string, timeout: number): Promise<number> {
    return new Promise((resolve) => {
      const link = new Http2Link(this.#service, target);
      const over = (status: number): void => {
        clearTimeout(deadline);
        this.#ends.delete(end);
        resolve(status);
        // Nobody reads its body.
        sent.abort();
      };
      const end = (): void => over(0);
      const incoming: Incoming = {
        whole: over,
        begin: over,
        data: () => true,
        done: () => undefined,
        failed: end,
        informed: () => undefined,
      };
      const sent = link.send(
        {
          method: "GET",
          target: path,
          host: undefined,
          lines: `User-Agent: ${HEALTH_AGENT}\r\n`,
          body: undefined,
          timeouts: NO_TIMEOUTS,
          isUpgrade: false,
        },
        incoming,
      );
      const deadline = setTimeout(end, timeout);
      this.#ends.add(end);
      // The connection goes with its request.
      link.close();
    });
  }

  close(): void {
    for (const end of this.#ends) end();
  }
}
