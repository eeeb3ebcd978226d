import { isHost } from "../http/host.ts";
import {
  CODING_CHUNKED,
  CODING_NONE,
  CODING_OTHER,
  CONNECTION_CLOSE,
  FieldReader,
  INCOMPLETE,
} from "./fields.ts";
import { CR, IN_TARGET, IN_TOKEN, LF, octets, ODD, ORDINARY, QUERY_MARK, SLASH, SP } from "./octets.ts";

export interface HeadLimits {
  /** Bytes of the request target. */
  readonly url: number;
  /** Bytes of all field lines. */
  readonly headers: number;
  /** Number of field lines. */
  readonly headerFields: number;
}

/**
 * The methods of the fast lane: those that HTTP defines for resources. QUERY (RFC 10008) is younger than the parser of
 * Node 20, which answers 400 to one that is handed over (with a chunked body, say).
 */
const LANE_METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"];
const WORDS: readonly Uint8Array[] = LANE_METHODS.map(octets);
/** In the place of a status: another protocol (RTSP, ICE) that has the same lines, and no use for an HTTP answer. */
export const NOT_HTTP = -1;

const VERSION = octets("HTTP/1.1\r\n");
const LAST_DIGIT = VERSION.length - 3;

/**
 * Reads the head of a request from bytes: the request line, then the fields. One reader serves all connections, since a
 * head is read in one go: what it found stays until the next `read`.
 *
 * It knows three answers: a plain request, a well-formed one that is `rare`, and a status that refuses it. It never
 * repairs; the one liberty is the empty line before a request that RFC 9112 §2.2 asks servers to skip.
 */
export class RequestReader {
  method = "";
  targetStart = 0;
  targetEnd = 0;
  /** Offset of the "?" in the target; -1 without one. */
  queryMark = -1;
  fieldsStart = 0;
  /** Well-formed, but not for the fast lane: Node's own server reads it again from its first byte. */
  rare = false;
  readonly fields: FieldReader;
  reason = "";

  readonly #limits: HeadLimits;
  #lastHost = octets("localhost");

  constructor(limits: HeadLimits) {
    this.#limits = limits;
    this.fields = new FieldReader(limits.headers, limits.headerFields);
  }

  /**
   * Reads the head that begins at `start`.
   * Returns the offset behind it, `INCOMPLETE`, or the negative of the status that refuses the request.
   */
  read(buffer: Buffer, start: number): number {
    const size = buffer.length;
    let i = start;
    if (buffer[i] === CR) {
      if (i + 1 >= size) return INCOMPLETE;
      if (buffer[i + 1] !== LF) return this.#refuse(400, "A bare CR before the request line");
      i += 2;
    }
    const methodStart = i;
    while (i < size && IN_TOKEN[buffer[i]!] === 1) i++;
    if (i >= size)
      return i - methodStart > this.#limits.url ? this.#refuse(400, "The method has no end") : INCOMPLETE;
    if (buffer[i] !== SP || i === methodStart)
      return this.#refuse(400, "The request line does not begin with a method");
    this.method = methodAt(buffer, methodStart, i - methodStart);
    this.rare = this.method === "";

    const targetStart = ++i;
    this.queryMark = -1;
    for (; i < size; i++) {
      const kind = IN_TARGET[buffer[i]!]!;
      if (kind === ORDINARY) continue;
      if (kind === QUERY_MARK) {
        if (this.queryMark < 0) this.queryMark = i;
      } else if (kind === ODD) this.rare = true;
      else break;
    }
    if (i - targetStart > this.#limits.url)
      return this.#refuse(414, `The request target is longer than ${this.#limits.url} bytes`);
    if (i < size && (buffer[i] !== SP || i === targetStart))
      return this.#refuse(400, "The request target is empty or has a character that no URI has");
    if (buffer[targetStart] !== SLASH) this.rare = true;
    this.targetStart = targetStart;
    this.targetEnd = i;
    if (i >= size) return INCOMPLETE;

    const versionStart = i + 1;
    const status = this.#version(buffer, versionStart);
    if (status <= 0) return status;
    this.fieldsStart = versionStart + VERSION.length;
    const end = this.fields.read(buffer, this.fieldsStart);
    if (end > 0) return this.#judge(buffer, end);
    this.reason = this.fields.reason;
    return end;
  }

  /** 1 for a version that is served, `INCOMPLETE`, or the refusal. */
  #version(buffer: Buffer, start: number): number {
    for (let j = 0; j < VERSION.length; j++) {
      const byte = buffer[start + j];
      if (byte === undefined) return INCOMPLETE;
      if (byte === VERSION[j]) continue;
      if (j !== LAST_DIGIT || byte !== 0x30) return this.#badVersion(buffer, start);
      this.rare = true;
    }
    return 1;
  }

  #badVersion(buffer: Buffer, start: number): number {
    const version = buffer.toString("latin1", start, start + 9);
    if (/^HTTP\/(?!1\.[01])\d\.\d\r/.test(version))
      return this.#refuse(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here");
    if (/^(?!HTTP)[A-Z]{3,4}\/\d\.\d\r?/.test(version)) return NOT_HTTP;
    return this.#refuse(400, "The request line does not end with a version of HTTP");
  }

  #judge(buffer: Buffer, end: number): number {
    const { fields } = this;
    if (fields.coding !== CODING_NONE) {
      // RFC 9112 §6.1 and §6.3: the ways in which two readers of one connection come to differ.
      if (fields.contentLength >= 0) return this.#refuse(400, "Both Content-Length and Transfer-Encoding");
      if (fields.coding === CODING_OTHER)
        return this.#refuse(501, "No transfer coding but chunked is served");
      if (fields.coding === CODING_CHUNKED) this.rare = true;
    }
    if (fields.rare) this.rare = true;
    else if (fields.hosts === 0) {
      if (!this.rare) return this.#refuse(400, "Host is missing");
    } else if (!this.#isHost(buffer, fields.hostStart, fields.hostEnd))
      return this.#refuse(400, "Host is not the name of a host");
    return end;
  }

  /** Whether the client asked to close the connection after this request. */
  get closes(): boolean {
    return this.fields.connection === CONNECTION_CLOSE;
  }

  /** Most requests name the same host as the one before. */
  #isHost(buffer: Buffer, start: number, end: number): boolean {
    const host = this.#lastHost;
    if (end - start === host.length) {
      let i = 0;
      while (i < host.length && buffer[start + i] === host[i]) i++;
      if (i === host.length) return true;
    }
    if (!isHost(buffer.toString("latin1", start, end))) return false;
    this.#lastHost = Uint8Array.from(buffer.subarray(start, end));
    return true;
  }

  #refuse(status: number, reason: string): number {
    this.reason = reason;
    return -status;
  }
}

function methodAt(buffer: Buffer, start: number, length: number): string {
  for (let m = 0; m < WORDS.length; m++) {
    const word = WORDS[m]!;
    if (word.length !== length || word[0] !== buffer[start]) continue;
    let j = 1;
    while (j < length && word[j] === buffer[start + j]) j++;
    if (j === length) return LANE_METHODS[m]!;
  }
  return "";
}
