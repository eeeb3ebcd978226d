import type { IncomingMessage } from "node:http";
import type { Server, Socket } from "node:net";

/**
 * Whether a request that names another protocol asks for a WebSocket (RFC 6455 §4.1). One with a body does not: its bytes
 * would be taken for messages.
 */
export function asksForWebSocket({ method, httpVersion, headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    httpVersion === "1.1" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    headers["transfer-encoding"] === undefined &&
    Number(headers["content-length"] ?? 0) === 0
  );
}

/**
 * Gives a connection back to its server, as if the request on it had not named another protocol: a server may ignore that
 * (RFC 9110 §7.8), but Node has stopped reading HTTP by the time that it tells.
 *
 * @param head what was read behind the request's head.
 */
export function ignoreUpgrade(
  server: Server,
  event: "connection" | "secureConnection",
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  const { rawHeaders } = request;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    const value = withoutUpgrade(name.toLowerCase(), rawHeaders[i + 1]!);
    if (value !== undefined) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit(event, socket);
  socket.resume();
}

/** What is left of a field; undefined for nothing. */
function withoutUpgrade(name: string, value: string): string | undefined {
  if (name === "upgrade" || name === "http2-settings") return undefined;
  if (name !== "connection") return value;
  const left = value
    .split(",")
    .map((each) => each.trim())
    .filter((each) => !/^(?:upgrade|http2-settings|)$/i.test(each));
  return left.length === 0 ? undefined : left.join(", ");
}
