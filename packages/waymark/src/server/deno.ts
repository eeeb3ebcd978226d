import type { Driver } from "./driver.ts";
import { FetchServing } from "./fetch-serving.ts";

/** What is used of Deno (https://docs.deno.com/api/deno/~/Deno.serve). */
declare const Deno: {
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      readonly signal: AbortSignal;
      readonly key?: string;
      readonly cert?: string;
      onListen(): void;
    },
    handler: (
      request: Request,
      info: { readonly remoteAddr: { readonly hostname?: string } },
    ) => Promise<Response>,
  ): {
    readonly addr: { readonly hostname: string; readonly port: number };
    shutdown(): Promise<void>;
  };
};

/** The driver on Deno's own server, HTTP/2 included. Time-outs are Deno's. */
export const denoDriver: Driver = {
  async listen(application, { host, port, limits, tls }) {
    const serving = new FetchServing(application, limits);
    const cut = new AbortController();
    const server = Deno.serve(
      {
        hostname: host,
        port,
        signal: cut.signal,
        onListen: () => undefined,
        ...(tls === undefined ? {} : { key: pem(tls.key), cert: pem(tls.cert) }),
      },
      (request, { remoteAddr }) =>
        serving.answer(request, { remoteAddress: remoteAddr.hostname, hasBody: mayHaveBody(request) }),
    );
    return {
      address: server.addr.hostname,
      port: server.addr.port,
      drain: () => void (serving.draining = true),
      async close() {
        serving.draining = true;
        await server.shutdown();
        await serving.settled();
      },
      destroy: () => cut.abort(),
    };
  },
};

function pem(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  throw new TypeError("Deno takes tls as one key and one cert, each in PEM.");
}

/** Deno gives a body to every request that is not GET or HEAD; one that has none says nothing of it in its head. */
function mayHaveBody({ headers }: Request): boolean {
  return headers.has("content-length") || headers.has("transfer-encoding") || headers.has("content-type");
}
