import { IncomingMessage, ServerResponse } from "node:http";
import type { Exchange } from "../http/exchange.ts";
import { bodyOf } from "./request-body.ts";
import { ReplySocket, type NodeReply } from "./reply-socket.ts";

/** What Express adds to a request, so that it reads right below a mount. */
interface ExpressFields {
  originalUrl?: string;
  baseUrl?: string;
}
/** What Node's parser calls to fill in a request's fields. */
interface Parsed {
  _addHeaderLines(lines: readonly string[], count: number): void;
}

/** Node's request and response over an exchange, without a connection of their own. */
export class NodePair {
  readonly request: IncomingMessage & ExpressFields;
  readonly response: ServerResponse;
  /** `writeHead` as it was before anybody put another in its place. */
  readonly writeHead: ServerResponse["writeHead"];
  readonly #socket: ReplySocket;

  /** @param path what handlers see as their URL's; @param base what was taken away before it. */
  constructor(exchange: Exchange, base: string, path: string, bodyLimit: number) {
    const socket = (this.#socket = new ReplySocket(exchange));
    const request: IncomingMessage & ExpressFields = new IncomingMessage(socket as never);
    const search = exchange.search === "" ? "" : `?${exchange.search}`;
    request.method = exchange.method;
    request.url = path + search;
    request.baseUrl = exchange.base + base;
    request.originalUrl = exchange.base + exchange.path + search;
    request.httpVersion = "1.1";
    request.httpVersionMajor = request.httpVersionMinor = 1;
    const lines = exchange.headers().flat();
    // A web Request says nothing of its body's length, but parsers look for a body by these two fields.
    const isFramed = exchange.header("content-length") ?? exchange.header("transfer-encoding");
    if (exchange.hasBody && isFramed === undefined) lines.push("transfer-encoding", "chunked");
    (request as unknown as Parsed)._addHeaderLines(lines, lines.length);
    this.request = request;
    const body = bodyOf(request, exchange, bodyLimit);

    const response = (this.response = new ServerResponse(request));
    response.sendDate = false;
    this.writeHead = response.writeHead = headWriter(response);
    // Node's own answer reads a mark that only its server takes back.
    Object.defineProperty(response, "writableNeedDrain", {
      configurable: true,
      get: () => !response.writableEnded && socket.writableNeedDrain,
    });
    response.on("error", () => undefined);
    socket.carry(response);

    const { signal } = exchange;
    const gone = (): void => {
      body.abort();
      socket.destroy(signal.reason instanceof Error ? signal.reason : undefined);
    };
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone, { once: true });
    socket.once("close", () => {
      signal.removeEventListener("abort", gone);
      body.close();
    });
  }

  /** Resolves when the head of the reply is known. */
  get reply(): Promise<NodeReply> {
    return this.#socket.reply;
  }

  /** Ends it without a reply, or cuts the one that has begun. A reply that was made completely stays. */
  fail(error: Error): void {
    if (!this.response.writableEnded) this.#socket.destroy(error);
  }
}

/** The connection's framing is not a handler's: chunks would be a coding within a coding. */
function headWriter(response: ServerResponse): ServerResponse["writeHead"] {
  const write = response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse;
  return (...head: unknown[]) => {
    write(...head);
    response.chunkedEncoding = false;
    return response;
  };
}
