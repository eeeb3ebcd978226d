import { matches, octets, SP, TAB } from "../octets.ts";

/** What one Connection field says (RFC 9110 §7.6.1). */
export interface ConnectionTokens {
  readonly closes: boolean;
  readonly keepsAlive: boolean;
  /** Lower-case names of fields meant for this connection alone; undefined without any. */
  readonly names: readonly string[] | undefined;
}

const KEEP_ALIVE_ALONE: ConnectionTokens = { closes: false, keepsAlive: true, names: undefined };
const CLOSE_ALONE: ConnectionTokens = { closes: true, keepsAlive: false, names: undefined };

const KEEP_ALIVE = octets("keep-alive");
const CLOSE = octets("close");
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Reads the list in `bytes` from `start` to `end`; undefined when it is not a list of tokens. */
export function connectionTokens(bytes: Buffer, start: number, end: number): ConnectionTokens | undefined {
  let from = start;
  while (from < end && (bytes[from] === SP || bytes[from] === TAB)) from++;
  // The two that almost every response has, without a string.
  if (end - from === KEEP_ALIVE.length && matches(bytes, from, KEEP_ALIVE)) return KEEP_ALIVE_ALONE;
  if (end - from === CLOSE.length && matches(bytes, from, CLOSE)) return CLOSE_ALONE;
  const names: string[] = [];
  let closes = false;
  let keepsAlive = false;
  for (const part of bytes.toString("latin1", from, end).split(",")) {
    const token = part.replace(/^[ \t]+|[ \t]+$/g, "").toLowerCase();
    if (token === "") continue;
    if (!TOKEN.test(token)) return undefined;
    if (token === "close") closes = true;
    else if (token === "keep-alive") keepsAlive = true;
    else names.push(token);
  }
  return { closes, keepsAlive, names: names.length > 0 ? names : undefined };
}
