import type { Exchange } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";
import type { SocketContract } from "./socket.ts";

/** RFC 6455 §4.1: 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/;

/**
 * Judges what the client says of the connection that it asks for (RFC 6455 §4.2), and agrees on a subprotocol: undefined is
 * none. Throws `HttpError` 426 for another version, 400 for what is malformed, 403 for a page of a strange origin.
 */
export type Handshake = (exchange: Exchange) => string | undefined;

export function compileHandshake({ origins, protocols = [] }: SocketContract): Handshake {
  return (exchange) => {
    if (exchange.header("sec-websocket-version") !== "13")
      throw new HttpError(426, "Only version 13 of WebSocket is spoken here.", {
        headers: { upgrade: "websocket", "sec-websocket-version": "13" },
      });
    if (!KEY.test(exchange.header("sec-websocket-key") ?? ""))
      throw new HttpError(400, "Sec-WebSocket-Key is missing or malformed.");
    checkOrigin(exchange, origins);
    const offered = offeredProtocols(exchange);
    return protocols.find((each) => offered.includes(each));
  };
}

function offeredProtocols(exchange: Exchange): string[] {
  const field = exchange.header("sec-websocket-protocol");
  if (field === undefined) return [];
  const offered = field.split(",").map((each) => each.trim());
  if (!offered.every((each) => TOKEN.test(each)) || new Set(offered).size < offered.length)
    throw new HttpError(400, "Sec-WebSocket-Protocol is malformed.");
  return offered;
}

/**
 * Browsers let any page connect anywhere, with the cookies of the visitor: only `Origin`, which a page cannot forge, tells
 * who is asking. Other clients need not send one (RFC 6455 §10.2).
 */
function checkOrigin(exchange: Exchange, origins: SocketContract["origins"]): void {
  const origin = exchange.header("origin");
  if (origin === undefined || origins === "*") return;
  const isKnown =
    origins === undefined
      ? isSameHost(origin, exchange.header("host"))
      : origins.includes(origin.toLowerCase());
  if (!isKnown) throw new HttpError(403, "Pages of this origin may not connect.");
}

/** The scheme is not compared: behind a proxy that ends TLS nobody here knows it. */
function isSameHost(origin: string, host: string | undefined): boolean {
  const page = parsed(origin);
  if (page === undefined || host === undefined) return false;
  // Without the port that the scheme has anyway, which some clients write.
  return page.host !== "" && page.host === parsed(`${page.protocol}//${host}`)?.host;
}

function parsed(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** The answer to a request for the path of a socket that cannot become a connection. */
export function upgradeRequired(exchange: Exchange): HttpError {
  if (exchange.header("upgrade")?.toLowerCase() === "websocket")
    return new HttpError(
      501,
      "WebSockets are had over HTTP/1.1 alone, from the servers 'wire' and 'node-http' of serve().",
    );
  return new HttpError(426, "This path is for WebSockets alone.", { headers: { upgrade: "websocket" } });
}
