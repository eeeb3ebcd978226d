import type { ServerResponse } from "node:http";
import type { Exchange, Payload } from "../http/exchange.ts";
import { isPieces, type PayloadPieces } from "../http/pump.ts";
import { isBodiless } from "../http/status.ts";
import type { NodePair } from "./node-pair.ts";

/** Whether middleware wants to see or to change the reply: it listens to the response, or put functions on it. */
export function isHooked({ response, writeHead }: NodePair): boolean {
  if (response.writableEnded || response.destroyed) return false;
  return (
    response.writeHead !== writeHead ||
    Object.hasOwn(response, "write") ||
    Object.hasOwn(response, "end") ||
    // One is the socket's own.
    response.listenerCount("finish") > 1 ||
    response.listenerCount("prefinish") > 0 ||
    response.listenerCount("close") > 0
  );
}

/** Writes the reply of an exchange to a Node response, and takes back what became of it there. */
export async function replay(exchange: Exchange, pair: NodePair): Promise<void> {
  const { response } = pair;
  const { payload, method } = exchange;
  response.statusCode = exchange.status;
  setFields(response, exchange);
  const isSilent = method === "HEAD" || isBodiless(exchange.status);
  const pouring =
    isPieces(payload) && !isSilent ? pour(payload, response) : endAtOnce(response, payload, isSilent);
  const reply = await pair.reply;
  exchange.status = reply.status;
  exchange.contentType = reply.contentType;
  exchange.fields = Object.entries(reply.headers).flatMap(([name, lines]) =>
    lines.flatMap((line) => [name, line]),
  );
  // What is not sent is still the driver's to cancel.
  if (!isSilent) exchange.payload = reply.payload;
  void pouring;
}

function setFields(response: ServerResponse, { fields = [], contentType, payload }: Exchange): void {
  const lines = new Map<string, string[]>();
  for (let i = 0; i < fields.length; i += 2)
    lines.set(fields[i]!, [...(lines.get(fields[i]!) ?? []), fields[i + 1]!]);
  if (contentType !== null) lines.set("content-type", [contentType]);
  if (payload !== null && !isPieces(payload))
    lines.set("content-length", [String(Buffer.byteLength(payload))]);
  for (const name of response.getHeaderNames()) if (!lines.has(name)) response.removeHeader(name);
  for (const [name, each] of lines) response.setHeader(name, each.length === 1 ? each[0]! : each);
}

function endAtOnce(response: ServerResponse, payload: Payload, isSilent: boolean): void {
  if (payload === null || isSilent || isPieces(payload)) response.end();
  else response.end(payload);
}

/** Never rejects: a stream that fails cuts the reply. */
async function pour(pieces: PayloadPieces, response: ServerResponse): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]();
  let isOver = false;
  response.once("close", () => {
    // The source may be waiting for what it would send next.
    if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  });
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      if (response.destroyed) return;
      if (done === true) break;
      if (!response.write(value)) await drained(response);
    }
    isOver = true;
    response.end();
  } catch (error) {
    isOver = true;
    response.destroy(error as Error);
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.removeListener("drain", done);
      response.removeListener("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}
