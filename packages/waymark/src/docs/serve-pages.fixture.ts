import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { DocsPage } from "./docs-page.ts";
import { Exchange } from "../http/exchange.ts";

/** The least that pages need of a request, and a memory of their reply. */
export class PageExchange extends Exchange {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly scheme = "http";
  readonly remoteAddress = undefined;
  readonly hasBody = false;
  readonly #headers: Readonly<Record<string, string | undefined>>;

  constructor(method: string, target: string, headers: Readonly<Record<string, string | undefined>> = {}) {
    super();
    const [path = "/", search = ""] = target.split("?");
    this.method = method;
    this.path = path;
    this.search = search;
    this.#headers = headers;
  }
  header(name: string): string | undefined {
    return this.#headers[name];
  }
  headers(): [name: string, value: string][] {
    return [];
  }
  protected readBody(): Uint8Array {
    return new Uint8Array();
  }
  protected async *readStream(): AsyncGenerator<Uint8Array> {}
  end(): void {}
}

export interface PageServer {
  /** "http://127.0.0.1:40123" */
  readonly origin: string;
  /** Method and target of every request, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Serves pages on a free port, below a prefix that is taken away as a proxy would. What is no page is 404. */
export async function servePages(
  pages: readonly DocsPage[],
  {
    prefix = "",
    other,
  }: { prefix?: string; other?: (request: IncomingMessage, response: ServerResponse) => boolean } = {},
): Promise<PageServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const target = request.url ?? "/";
    requests.push(`${request.method} ${target}`);
    if (other?.(request, response) === true) return;
    const own = target.startsWith(prefix) ? target.slice(prefix.length) : "";
    const exchange = new PageExchange(request.method ?? "GET", own, {
      "if-none-match": request.headers["if-none-match"],
    });
    const page = pages.find(({ path }) => path === exchange.path);
    if (page !== undefined) page.respond(exchange);
    send(exchange, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function send({ status, fields = [], contentType, payload }: Exchange, response: ServerResponse): void {
  response.statusCode = status === 0 ? 404 : status;
  for (let i = 0; i < fields.length; i += 2) response.appendHeader(fields[i]!, fields[i + 1]!);
  if (contentType !== null) response.setHeader("content-type", contentType);
  response.end(typeof payload === "string" || payload instanceof Uint8Array ? payload : undefined);
}
