import type { Driver } from "./driver.ts";
import { FetchServing } from "./fetch-serving.ts";

/** What is used of Bun (https://bun.com/docs/api/http). */
interface BunServer {
  readonly hostname: string;
  readonly port: number;
  requestIP(request: Request): { readonly address: string } | null;
  stop(closeActiveConnections?: boolean): Promise<void>;
}
declare const Bun: {
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    readonly tls: object | undefined;
    readonly development: false;
    readonly idleTimeout: number;
    readonly maxRequestBodySize: number;
    fetch(request: Request, server: BunServer): Promise<Response>;
  }): BunServer;
};

/** Bun counts whole seconds, to this number. */
const LONGEST_TIMEOUT = 255;

/** The driver on Bun's own server. Time-outs are Bun's: one for any connection on which nothing moves. */
export const bunDriver: Driver = {
  async listen(application, { host, port, limits, tls }) {
    const serving = new FetchServing(application, limits);
    const server = Bun.serve({
      hostname: host,
      port,
      tls,
      development: false,
      idleTimeout: Math.min(Math.ceil(limits.keepAliveTimeout / 1000), LONGEST_TIMEOUT),
      // Ours are kept per route, with a reply that says so.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      // Bun's server checks its `this`.
      fetch: (request, bun) => serving.answer(request, { remoteAddress: bun.requestIP(request)?.address }),
    });
    return {
      address: server.hostname,
      port: server.port,
      drain: () => void (serving.draining = true),
      async close() {
        serving.draining = true;
        await server.stop();
        await serving.settled();
      },
      destroy: () => void server.stop(true),
    };
  },
};
