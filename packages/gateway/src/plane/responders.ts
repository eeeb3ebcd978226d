import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { HttpError } from "waymark/internal";
import type { ReplyChange, Step, UpstreamReply } from "../call.ts";
import type { GatewayCall } from "./gateway-call.ts";
import { lineMap, withoutLines } from "./request-fields.ts";

/** A reply while policies look at it. */
export interface JudgedReply {
  readonly status: number;
  /** The upstream's lines. */
  readonly lines: string;
  /** The whole body where a policy reads it. */
  readonly body: Uint8Array | undefined;
}

/** Bytes of a reply that is read by a policy; more is an error of the upstream's. */
export const MOST_HELD: number = 16 * 1024 * 1024;

/** Lines that say something of a body that is not sent. */
const OF_THE_BODY = new Set([
  "content-encoding",
  "content-md5",
  "content-digest",
  "repr-digest",
  "digest",
  "etag",
  "last-modified",
  "accept-ranges",
  "content-range",
]);

/** Asks every step of the phase "response", in order. A promise only where one gives one. */
export function runResponders(
  steps: readonly Step[],
  call: GatewayCall,
  held: JudgedReply,
): JudgedReply | Promise<JudgedReply> {
  const headers = lineMap(held.lines);
  const { body } = held;
  if (body !== undefined && headers.has("content-encoding")) {
    const plain = decoded(headers.get("content-encoding")!, body);
    return plain.then((bytes) => {
      headers.delete("content-encoding");
      const lines = withoutLines(held.lines, OF_THE_BODY);
      return ask(steps, 0, call, headers, { ...held, body: bytes, lines });
    });
  }
  return ask(steps, 0, call, headers, held);
}

function ask(
  steps: readonly Step[],
  index: number,
  call: GatewayCall,
  headers: ReadonlyMap<string, string>,
  held: JudgedReply,
): JudgedReply | Promise<JudgedReply> {
  if (call.isOver) return held;
  let reply = held;
  for (let i = index; i < steps.length; i++) {
    const shown: UpstreamReply = { status: reply.status, headers, body: reply.body };
    call.step = steps[i];
    const change = steps[i]!.respond!(call, shown);
    if (change instanceof Promise)
      return change.then((given) => ask(steps, i + 1, call, headers, changed(reply, given)));
    reply = changed(reply, change);
  }
  call.step = undefined;
  return reply;
}

function changed(reply: JudgedReply, change: ReplyChange | undefined): JudgedReply {
  if (change === undefined) return reply;
  const { status = reply.status, body } = change;
  if (body === undefined) return { ...reply, status };
  return { status, body, lines: withoutLines(reply.lines, OF_THE_BODY) };
}

const DECODERS: Readonly<
  Record<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>>
> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** The upstream was asked for identity; one that encodes all the same is understood as far as that can be. */
async function decoded(coding: string, body: Uint8Array): Promise<Uint8Array> {
  const lower = coding.toLowerCase();
  // To HEAD, and with 304, there is a coding and no body.
  if (lower === "identity" || body.length === 0) return body;
  const decoder = Object.hasOwn(DECODERS, lower) ? DECODERS[lower] : undefined;
  if (decoder === undefined)
    throw new HttpError(502, "The reply has a content coding that is not understood here.");
  try {
    return await decoder(body, { maxOutputLength: MOST_HELD });
  } catch {
    throw new HttpError(502, "The reply is not in the content coding that it says.");
  }
}
