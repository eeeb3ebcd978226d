import { EventDecoder, type RawEvent } from "../../client/event-decoder.ts";
import type { FuzzOperation } from "./operations.ts";
import { bareType, charsetOf, isJsonLines } from "./media-types.ts";

/** A reply as far as it was read. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  /** Without parameters, in lower case; "" without one. */
  readonly type: string;
  /** What the media type says it is written in, in lower case; undefined where it says nothing. */
  readonly charset: string | undefined;
  readonly text: string;
  /** Whether all of it was read: streams have no end. */
  readonly isWhole: boolean;
  readonly fault: unknown;
}

/** Characters that are read of anything. */
const MOST = 4 * 1024 * 1024;

/** Reads a reply; of a stream what comes in some milliseconds. */
export async function receive(response: Response, fault: unknown, followed: number): Promise<Received> {
  const contentType = response.headers.get("content-type") ?? "";
  const type = bareType(contentType);
  const charset = charsetOf(contentType);
  const { status, headers } = response;
  try {
    const { text, isWhole } = await read(response, isEndless(type) ? followed : undefined);
    return { status, headers, type, charset, text, isWhole, fault };
  } catch (error) {
    // The reply had begun: its client sees it break off.
    return { status, headers, type, charset, text: "", isWhole: false, fault: fault ?? error };
  }
}

/** Whether an operation may answer with a stream that has no end. */
export function answersInStreams({ operation: { responses } }: FuzzOperation): boolean {
  return Object.values(responses).some(({ content = {} }) =>
    Object.keys(content).some((type) => isEndless(bareType(type))),
  );
}

function isEndless(type: string): boolean {
  return type === "text/event-stream" || isJsonLines(type);
}

async function read(
  response: Response,
  patience: number | undefined,
): Promise<{ text: string; isWhole: boolean }> {
  if (response.body === null) return { text: "", isWhole: true };
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late =
    patience === undefined
      ? undefined
      : new Promise<"late">((resolve) => (timer = setTimeout(() => resolve("late"), patience)));
  try {
    while (text.length < MOST) {
      const piece = await (late === undefined ? reader.read() : Promise.race([reader.read(), late]));
      if (piece === "late") break;
      if (piece.done) return { text: text + decoder.decode(), isWhole: true };
      text += decoder.decode(piece.value, { stream: true });
    }
    await reader.cancel();
    return { text, isWhole: false };
  } finally {
    clearTimeout(timer);
  }
}

/** The events of a stream that are complete. */
export function eventsIn(text: string): RawEvent[] {
  return [...new EventDecoder("").take(text)];
}

/** The lines of a stream that are complete. */
export function linesIn({ text, isWhole }: Received): string[] {
  const lines = text.split("\n");
  if (!isWhole) lines.pop();
  return lines.filter((line) => line.trim() !== "");
}
