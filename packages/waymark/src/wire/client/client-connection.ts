import type { ClientRequest } from "./client-request.ts";
import { connectFailure } from "./connect-failure.ts";
import { UPGRADE } from "./field-kinds.ts";
import { INCOMPLETE, TOO_LARGE } from "./field-lines.ts";
import { Gathered } from "./gathered.ts";
import type { ReadBuffer } from "./read-buffer.ts";
import { ResponseBody } from "./response-body.ts";
import type { Shared } from "./shared.ts";
import { NEVER, type Timed } from "../timers.ts";
import { latin1 } from "../../http/octets.ts";
import { pendingWrite } from "../pending-write.ts";
import { type Writing, writeAtEndOfTurn } from "../turn.ts";
import { type SocketListener, UpstreamSocket } from "./upstream-socket.ts";
import { NOTHING_SENT, type Phase, WireError, type WireErrorCode } from "./wire-error.ts";

/** 1xx responses before the one that counts; more of them and the upstream is not answering. */
const MOST_INFORMATIONAL = 32;
/** A body up to this size is written as one string with the head: cheaper than a second buffer. */
const SMALL_BODY = 4096;
/** The empty line behind the fields. */
const END_OF_HEAD = 4;
const NOTHING = Buffer.alloc(0);

const CONNECTING = 0;
/** Open, and no request is on it. */
const IDLE = 1;
/** A request was written; its response has not begun, or not the whole head of it has come. */
const HEAD = 2;
/** The body of a response is coming. */
const BODY = 3;
const GONE = 4;

/**
 * One connection to an origin: carries a request and its response, then the next one. There is never a second request
 * before the response is complete, and a byte that no request has asked for ends the connection.
 */
export class ClientConnection implements Timed, SocketListener, Writing {
  dueAt: number;
  readonly #shared: Shared;
  readonly #link: UpstreamSocket;
  #state: number = CONNECTING;
  #request: ClientRequest | undefined;
  /** The request that this connection was made for; another one may have taken its place. */
  #initiator: ClientRequest | undefined;
  #served = 0;
  readonly #oldAt: number;
  #isUnreferenced = false;
  /** How long it may be idle, in ticks. */
  #idleTicks: number;
  /** Since when it is idle, by `performance.now` and at most a tick too early. */
  #idleSince = 0;

  /** The upstream takes less than it is sent. */
  #isBlocked = false;
  /** A small request until the end of the turn; it is written together with others. */
  readonly #unsent = pendingWrite();
  #hasBegun = false;
  #informational = 0;
  #isPersistent = false;
  readonly #body: ResponseBody;
  /** The beginning of a head. */
  #partial: Gathered | undefined;
  /** Bytes that came before the handler paused. */
  #held: Buffer | undefined;
  /** See `onBytes`: of the bytes that are being read. */
  #mayHaveMore = false;
  #memory: ReadBuffer | undefined;

  constructor(shared: Shared, initiator: ClientRequest) {
    this.#shared = shared;
    this.#initiator = initiator;
    const { clock, connectTicks, ageTicks, idleTicks } = shared;
    this.dueAt = clock.after(connectTicks);
    this.#oldAt = clock.after(ageTicks);
    this.#idleTicks = idleTicks;
    this.#body = new ResponseBody(shared.trailers, shared.headSize);
    clock.add(this);
    this.#link = new UpstreamSocket(shared.origin, shared, this);
  }

  /** Whether it may be given a request. */
  get isIdle(): boolean {
    return this.#state === IDLE && !this.#link.socket.destroyed;
  }
  get hasServed(): boolean {
    return this.#served > 0;
  }
  /** Whether it has served as many requests, or for as long, as it should. */
  get isWorn(): boolean {
    const { mostRequests, clock } = this.#shared;
    return (mostRequests > 0 && this.#served >= mostRequests) || clock.tick >= this.#oldAt;
  }

  /**
   * Whether it is idle for longer than it may. Ticks alone do not tell: they stand still with the process, and an upstream that
   * did not stop has closed the connection, or is about to.
   */
  isOverdue(now: number): boolean {
    // As late as the timer would be.
    return now - this.#idleSince > this.#shared.clock.milliseconds(this.#idleTicks + 2);
  }

  // -- writing ---------------------------------------------------------------------------------------------------------

  /** Sends a request. The connection has to be idle. */
  send(request: ClientRequest): void {
    this.#request = request;
    this.#served++;
    this.#state = HEAD;
    this.#isBlocked = false;
    this.#hasBegun = false;
    this.#informational = 0;
    request["~begin"](this);
    const { socket } = this.#link;
    if (this.#isUnreferenced) {
      this.#isUnreferenced = false;
      socket.ref();
    }
    const head = request["~head"];
    const body = request["~body"];
    if (body === undefined || (body instanceof Uint8Array && body.length <= SMALL_BODY)) {
      this.#unsent.add(head);
      if (body !== undefined) this.#unsent.add(body);
      writeAtEndOfTurn(this);
    } else {
      socket.cork();
      if (typeof head === "string") socket.write(head, "latin1");
      else socket.write(head);
      if (body instanceof Uint8Array) this.#isBlocked = !socket.write(body);
      else body.start(request);
      socket.uncork();
    }
    if (this.#request === request) this.#await();
  }

  /** Puts a small request on the wire. */
  flush(): void {
    if (this.#unsent.length === 0) return;
    const { socket } = this.#link;
    const bytes = this.#unsent.take(socket, false);
    if (!socket.destroyed) this.#isBlocked = !socket.write(bytes, "latin1");
  }

  /** Puts a piece of the request's body on the wire. */
  write(bytes: Uint8Array | string): boolean {
    const { socket } = this.#link;
    this.#isBlocked = !(typeof bytes === "string" ? socket.write(bytes, "latin1") : socket.write(bytes));
    if (this.#isBlocked) this.#await();
    return !this.#isBlocked;
  }

  /** The request's body is complete. */
  sent(): void {
    this.#await();
  }

  failBody(cause: unknown): void {
    const request = this.#request;
    // Later: a source may fail as it starts, and `send` has not returned yet. Before the socket says that it is closed.
    process.nextTick(() => {
      if (this.#request === request)
        this.#fail("BODY_FAILED", "The source of the request's body failed", cause);
    });
    this.#link.socket.destroy();
  }

  onDrain(): void {
    this.#isBlocked = false;
    const request = this.#request;
    if (request === undefined) return;
    this.#await();
    if (!request["~isSent"]) request["~source"].resume();
  }

  // -- waiting ---------------------------------------------------------------------------------------------------------

  /** Sets the time-out for what has to happen next. */
  #await(): void {
    const request = this.#request!;
    const { firstByte, bodyIdle } = request["~schedule"];
    let ticks: number;
    if (this.#state !== HEAD) ticks = request.isPaused ? NEVER : bodyIdle;
    else if (request["~isSent"]) ticks = firstByte;
    // The source has the word otherwise: its own time-outs hold.
    else ticks = this.#isBlocked ? bodyIdle : NEVER;
    const due = this.#shared.clock.after(ticks);
    const total = request["~totalDue"];
    this.dueAt = due < total ? due : total;
  }

  expire(): void {
    const request = this.#request;
    if (this.#state === CONNECTING) {
      this.dueAt = NEVER;
      const message = "The connection took too long to be made";
      this.#failToConnect(new WireError("CONNECT_TIMEOUT", message, { ...NOTHING_SENT, phase: "connect" }));
    } else if (request === undefined) this.#rest();
    else if (request["~totalDue"] <= this.#shared.clock.tick)
      this.#fail("TOTAL_TIMEOUT", "The exchange took longer than it may");
    else if (this.#state !== HEAD) this.#fail("BODY_TIMEOUT", "The body of the response stopped coming");
    else if (request["~isSent"]) this.#fail("FIRST_BYTE_TIMEOUT", "The response took too long to begin");
    else this.#fail("WRITE_TIMEOUT", "The upstream stopped taking the request");
  }

  #beginRest(): void {
    const { clock } = this.#shared;
    this.dueAt = clock.tick + 1;
    this.#idleSince = clock.countedAt;
  }

  /** Idle for a moment: no reason for the process to stay. Idle for long enough: the end. */
  #rest(): void {
    if (this.#isUnreferenced) return this.drop();
    this.#isUnreferenced = true;
    this.#link.socket.unref();
    this.dueAt = this.#shared.clock.after(this.#idleTicks);
  }

  // -- reading ---------------------------------------------------------------------------------------------------------

  onOpen(): void {
    if (this.#state !== CONNECTING) return;
    this.#initiator = undefined;
    this.#state = IDLE;
    this.#beginRest();
    this.#shared.opened(this);
  }

  onBytes(bytes: Buffer, size: number, mayHaveMore: boolean, memory: ReadBuffer | undefined): void {
    if (this.#request === undefined) {
      // Nobody has asked: an answer to nothing, which the next request must not take for its own.
      if (this.#state !== GONE) this.#shared.stray(bytes, 0, size);
      return this.drop();
    }
    if (this.#unsent.length > 0) {
      // An answer to what was not sent. Nothing has gone wrong for the request but the choice of its connection.
      this.#shared.stray(bytes, 0, size);
      return this.#cut(undefined);
    }
    this.#hasBegun = true;
    if (this.#held !== undefined) {
      this.#held = Buffer.concat([this.#held, bytes.subarray(0, size)]);
      return;
    }
    this.#mayHaveMore = mayHaveMore;
    this.#memory = memory;
    if (this.#state === BODY) this.#readBody(bytes, 0, size);
    else if (this.#partial === undefined) this.#readHeads(bytes, 0, size);
    else this.#gather(this.#partial, bytes, size);
  }

  #gather(partial: Gathered, bytes: Buffer, size: number): void {
    const { headSize } = this.#shared;
    if (partial.add(bytes, 0, size)) {
      this.#partial = undefined;
      this.#memory = undefined;
      this.#readHeads(partial.bytes, 0, partial.size);
    } else if (partial.size > headSize + END_OF_HEAD)
      this.#fail("HEAD_TOO_LARGE", `The head is larger than ${headSize} bytes`);
  }

  /** Reads informational responses, if there are any, and the head of the final one. */
  #readHeads(bytes: Buffer, start: number, size: number): void {
    const { head } = this.#shared;
    const request = this.#request!;
    let at = start;
    while (at < size) {
      const end = head.read(bytes, at, size);
      if (end === INCOMPLETE) {
        this.#partial = new Gathered();
        this.#partial.add(bytes, at, size);
        return;
      }
      if (end < 0) return this.#fail(end === TOO_LARGE ? "HEAD_TOO_LARGE" : "MALFORMED", head.reason);
      if (head.status >= 200) return this.#begin(request, bytes, end, size);
      if (head.status === 101) return this.#upgrade(request, bytes, end, size);
      if (!this.#inform(request)) return;
      at = end;
    }
  }

  /** Passes an informational response on; returns whether the request goes on. */
  #inform(request: ClientRequest): boolean {
    const { head } = this.#shared;
    if (!head.isInformational)
      this.#fail("MALFORMED", "A 1xx response with a body, or the last one of its connection");
    else if (++this.#informational > MOST_INFORMATIONAL)
      this.#fail("MALFORMED", `More than ${MOST_INFORMATIONAL} informational responses`);
    else request["~handler"].onInformational?.(head);
    return this.#request === request;
  }

  /** The head of the final response has been read, up to `end`. */
  #begin(request: ClientRequest, bytes: Buffer, end: number, size: number): void {
    const { head } = this.#shared;
    const handler = request["~handler"];
    const body = this.#body;
    this.#state = BODY;
    this.#isPersistent = body.begin(head, request["~isHead"]) && head.isPersistent;
    if (this.#isPersistent) this.#idleTicks = this.#shared.idleTicksFor(head.fields);
    if (handler.onWhole !== undefined && body.isWithin(size - end)) {
      const bodyEnd = end + body.missing;
      this.#complete(bytes, bodyEnd, size);
      return handler.onWhole(head, end, bodyEnd);
    }
    handler.onHead(head);
    if (this.#request !== request) return;
    if (request.isPaused && !body.isDone) this.#hold(bytes, end, size);
    else this.#readBody(bytes, end, size);
  }

  /** The handler has paused before the first byte of the body. */
  #hold(bytes: Buffer, start: number, size: number): void {
    this.#link.pause(true);
    if (start < size) {
      const memory = this.#memory;
      this.#held = memory === undefined ? bytes.subarray(start, size) : memory.own(bytes, start, size);
    }
    this.#await();
  }

  #readBody(bytes: Buffer, start: number, size: number): void {
    const request = this.#request!;
    const body = this.#body;
    const end = body.read(bytes, start, size);
    if (end < 0) return this.#fail("MALFORMED", body.reason);
    const chunk = body.taken(bytes, this.#memory);
    if (chunk !== undefined) {
      if (!request["~handler"].onData(chunk)) request.pause();
      if (this.#request !== request) return;
    }
    if (!body.isDone) return this.#await();
    this.#complete(bytes, end, size);
    request["~handler"].onEnd(body.trailers);
  }

  pause(): void {
    if (this.#state === HEAD || this.#state === GONE) return;
    this.#link.pause(true);
    this.#await();
  }

  resume(): void {
    if (this.#state === HEAD || this.#state === GONE) return;
    const held = this.#held;
    if (held !== undefined) {
      this.#held = undefined;
      const request = this.#request;
      this.#mayHaveMore = true;
      this.#memory = undefined;
      this.#readBody(held, 0, held.length);
      if (this.#request !== request || request!.isPaused) return;
    }
    this.#link.pause(false);
    this.#await();
  }

  // -- the end of an exchange ------------------------------------------------------------------------------------------

  /**
   * The response is complete, up to `end`: the connection goes back to the pool before the handler hears of it.
   * What follows belongs to nobody.
   */
  #complete(bytes: Buffer, end: number, size: number): void {
    const request = this.#request!;
    // An answer before the end of the request: the rest of it would be read as the next one.
    const isEarly = !request["~isSent"] || this.#link.socket.writableLength > 0;
    this.#request = undefined;
    request["~finish"]();
    const isFollowed = size > end;
    if (isFollowed) this.#shared.stray(bytes, end, size);
    if (isFollowed || isEarly || !this.#isPersistent || this.#idleTicks === 0) return this.#leave();
    this.#state = IDLE;
    this.#link.pause(false);
    this.#beginRest();
    if (this.#mayHaveMore) this.#shared.settle(this);
    else this.#shared.released(this);
  }

  #upgrade(request: ClientRequest, bytes: Buffer, end: number, size: number): void {
    const { head, clock } = this.#shared;
    const handler = request["~handler"];
    const isAsked = /\r\nupgrade:/i.test(latin1(request["~head"]));
    if (handler.onUpgrade === undefined || !isAsked || (head.fields.kinds & UPGRADE) === 0)
      return this.#fail("MALFORMED", "The upstream changes the protocol, and nobody has asked");
    const rest = Buffer.from(bytes.subarray(end, size));
    this.#request = undefined;
    this.#state = GONE;
    request["~finish"]();
    const socket = this.#link.release();
    clock.delete(this);
    this.#shared.gone(this);
    handler.onUpgrade(head, socket, rest);
  }

  onEnd(): void {
    const request = this.#request;
    if (
      request === undefined ||
      this.#state !== BODY ||
      !this.#body.endsWithConnection ||
      this.#held !== undefined
    )
      return this.#cut(undefined);
    this.#complete(NOTHING, 0, 0);
    request["~handler"].onEnd(undefined);
  }

  onClose(error: Error | undefined): void {
    if (this.#state === GONE) return;
    this.#cut(error);
  }

  /** The connection ended when it should not have; or, when idle, when it may. */
  #cut(error: Error | undefined): void {
    if (this.#state === CONNECTING) {
      // Whatever it was, the next attempt begins anew.
      this.#shared.session = undefined;
      this.#failToConnect(connectFailure(error, this.#link.isSecure));
    } else if (this.#request === undefined) this.drop();
    else this.#fail("RESET", "The connection ended before the response was complete", error);
  }

  #failToConnect(error: WireError): void {
    const initiator = this.#initiator;
    const isWaiting = initiator !== undefined && this.#shared.withdraw(initiator);
    this.#leave();
    if (!isWaiting) return;
    initiator["~finish"]();
    initiator["~handler"].onError(error);
  }

  #fail(code: WireErrorCode, message: string, cause?: unknown): void {
    const request = this.#request!;
    const error = new WireError(code, message, {
      phase: code === "BODY_FAILED" ? "write" : this.#phase(request),
      bytesSent: this.#unsent.length === 0,
      responseBegun: this.#hasBegun,
      isReusedConnection: this.#served > 1,
      cause,
    });
    this.#request = undefined;
    request["~finish"]();
    this.#leave();
    request["~handler"].onError(error);
  }

  #phase(request: ClientRequest): Phase {
    if (this.#state !== HEAD) return "body";
    return request["~isSent"] ? "head" : "write";
  }

  /** Fails the request that it carries, if any, and goes. */
  destroy(): void {
    if (this.#request !== undefined) this.#fail("DESTROYED", "The pool was destroyed");
    else this.drop();
  }

  /** Goes without a word to anybody but the pool. */
  drop(): void {
    this.#request = undefined;
    this.#leave();
  }

  #leave(): void {
    if (this.#state === GONE) return;
    this.#state = GONE;
    this.dueAt = NEVER;
    this.#held = undefined;
    this.#partial = undefined;
    this.#unsent.clear();
    this.#shared.clock.delete(this);
    this.#link.socket.destroy();
    this.#shared.gone(this);
  }
}
