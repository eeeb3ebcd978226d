import { putLane } from "../wire/server.ts";
import type { Driver } from "./driver.ts";
import { NodeHttpServer } from "./node-http.ts";
import { sweepUntil } from "./sweep-until.ts";

/**
 * The default driver on Node: ordinary requests are read and answered by the fast lane of `wire/`; whatever is rare goes,
 * with its connection, to Node's own server, which owns the listener and serves the same application.
 */
export const nodeDriver: Driver = {
  async listen(application, options) {
    const node = new NodeHttpServer(application, options);
    const lane = putLane(node.server, application, options.limits);
    const rest = await node.listen(options);
    return {
      ...rest,
      drain() {
        lane.drain();
        rest.drain();
      },
      async close() {
        lane.retire();
        await sweepUntil(rest.close(), () => lane.retire());
        await lane.settled();
      },
      destroy() {
        lane.destroy();
        rest.destroy();
      },
    };
  },
};
