import { isFraming } from "../http/framing.ts";

/** Status and fields of a reply, without those that belong to a connection. */
export interface ReplyHead {
  readonly status: number;
  readonly contentType: string | null;
  /** By lower-case name, each line of its own; `Content-Type` left out. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads the head that Node has written, and only Node: interim ones (100 Continue, 103 Early Hints) are passed over.
 * Undefined while it is not all there.
 */
export function readReplyHead(bytes: Buffer): { head: ReplyHead; rest: Buffer } | undefined {
  for (let from = 0; ;) {
    const end = bytes.indexOf("\r\n\r\n", from);
    if (end === -1) return undefined;
    const [first = "", ...lines] = bytes.toString("latin1", from, end).split("\r\n");
    const status = Number(first.slice(9, 12));
    if (status >= 200) return { head: { status, ...readFields(lines) }, rest: bytes.subarray(end + 4) };
    if (status === 101) throw new Error("a mounted handler cannot change the protocol of its connection");
    from = end + 4;
  }
}

function readFields(lines: readonly string[]): Omit<ReplyHead, "status"> {
  const headers = Object.create(null) as Record<string, string[]>;
  let contentType: string | null = null;
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "content-type") contentType = value;
    else if (!isFraming(name)) (headers[name] ??= []).push(value);
  }
  return { contentType, headers };
}
