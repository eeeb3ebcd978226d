import type { Exchange } from "./exchange.ts";
import { writeFile } from "./file.ts";
import type { Reply, ReplyHeaders } from "./reply.ts";

/**
 * Fills an exchange with a reply; `end` is the caller's. Fields that were set before stay; those of the reply replace
 * fields of the same name, but Set-Cookie lines add up. A promise only for a file. `encode` writes a JSON value
 * (default `JSON.stringify`).
 */
export function writeReply(
  exchange: Exchange,
  reply: Reply,
  encode: (value: unknown) => string | undefined = JSON.stringify,
): void | Promise<void> {
  const { content } = reply;
  if (reply.status !== undefined) exchange.status = reply.status;
  if (reply.headers !== undefined) writeHeaders(exchange, reply.headers);
  switch (content.kind) {
    case "json":
      return writeJson(exchange, content.value, encode);
    case "payload":
      // A Content-Type among the reply's headers is the more deliberate one.
      if (!hasContentType(reply.headers)) exchange.contentType = content.contentType;
      exchange.payload = content.payload;
      return undefined;
    case "file":
      return writeFile(exchange, content.path, content.options);
  }
}

function writeJson(exchange: Exchange, value: unknown, encode: (value: unknown) => string | undefined): void {
  const text = value === undefined ? undefined : encode(value);
  if (text === undefined) {
    exchange.payload = null;
    exchange.contentType = null;
    return;
  }
  exchange.payload = text;
  exchange.contentType ??= "application/json";
}

function writeHeaders(exchange: Exchange, headers: ReplyHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== "set-cookie") exchange.removeField(name);
    if (typeof value === "string") exchange.appendField(name, value);
    else for (const line of value) exchange.appendField(name, line);
  }
}

function hasContentType(headers: ReplyHeaders | undefined): boolean {
  if (headers === undefined) return false;
  for (const name in headers) if (name.length === 12 && name.toLowerCase() === "content-type") return true;
  return false;
}
