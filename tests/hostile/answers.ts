/** One answer among the bytes that came back. */
export interface Answer {
  readonly status: string;
  /** Whether all of it is there. */
  readonly complete: boolean;
}

export interface Answers {
  readonly finals: readonly Answer[];
  /** Statuses of the interim answers (100 to 199). */
  readonly interim: readonly string[];
  /** Something came that is not HTTP/1. */
  readonly junk: boolean;
}

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding:[^\r]*chunked/i;

/** Reads the answers of a connection as a strict client would. `text` is latin1. */
export function readAnswers(text: string, toHead: boolean, closed: boolean): Answers {
  const finals: Answer[] = [];
  const interim: string[] = [];
  let rest = text;
  while (rest !== "") {
    const end = rest.indexOf("\r\n\r\n");
    const head = end === -1 ? rest : rest.slice(0, end + 2);
    const status = STATUS_LINE.exec(head)?.[1];
    if (status === undefined) return { finals, interim, junk: true };
    if (end === -1) {
      finals.push({ status, complete: closed });
      break;
    }
    rest = rest.slice(end + 4);
    if (status.startsWith("1") && status !== "101") {
      interim.push(status);
      continue;
    }
    const bodiless =
      (toHead && finals.length === 0) || status === "204" || status === "304" || status === "101";
    const size = bodiless ? 0 : bodySize(head, rest, closed);
    finals.push({ status, complete: size !== undefined });
    if (size === undefined) break;
    rest = rest.slice(size);
  }
  return { finals, interim, junk: false };
}

/** How much of `rest` the body is; undefined while it is not all there. */
function bodySize(head: string, rest: string, closed: boolean): number | undefined {
  if (CHUNKED.test(head)) return chunkedSize(rest);
  const length = CONTENT_LENGTH.exec(head)?.[1];
  if (length !== undefined) return rest.length >= Number(length) ? Number(length) : undefined;
  return closed ? rest.length : undefined;
}

function chunkedSize(rest: string): number | undefined {
  for (let at = 0; ;) {
    const line = rest.indexOf("\r\n", at);
    if (line === -1) return undefined;
    const size = Number.parseInt(rest.slice(at, line), 16);
    if (Number.isNaN(size)) return undefined;
    at = line + 2 + size + 2;
    if (at > rest.length) return undefined;
    if (size === 0) return at;
  }
}
