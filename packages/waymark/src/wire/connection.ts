import type { Socket } from "node:net";
import { HttpError } from "../http/http-error.ts";
import type { Octets } from "../http/octets.ts";
import { cancelPieces, isPieces, Pump } from "../http/pump.ts";
import { isBodiless } from "../http/status.ts";
import { Body } from "./body.ts";
import { WireExchange } from "./exchange.ts";
import { INCOMPLETE } from "./fields.ts";
import { NOT_HTTP } from "./head.ts";
import type { Lane } from "./lane.ts";
import { Link, type LinkListener } from "./link.ts";
import { byteString, type Outbox } from "./outbox.ts";
import { LAST_CHUNK, pieceWriter } from "./pieces.ts";
import { refusal } from "./refusal.ts";
import { PushedReply } from "./pushed-reply.ts";
import { headOf, type PendingBody, writeReply } from "./reply.ts";
import { NEVER, type Timed } from "./timers.ts";
import { CHUNKED, ownFields, statusLine } from "./writer.ts";

/** Requests answered in one go; then other connections have a turn. It bounds what a pipelining client can pile up. */
const PIPELINE_DEPTH = 64;
/** Ticks, one of which may be over already, after which a reply that was written counts as read. */
const RESTING_TICKS = 2;
const BETWEEN_REQUESTS = -1;
const NEVER_ASKED = -2;
/** Bytes of an unread body that are skipped to keep a connection; more of them and it is cheaper to close it. */
const MOST_SKIPPED = 64 * 1024;

/**
 * One connection of the fast lane: reads requests one after the other, has them answered in that order, and writes.
 * The next request is read only when the reply before it is complete and the client takes what it is sent.
 */
export class Connection implements Timed, LinkListener {
  readonly scheme: "http" | "https";
  dueAt: number;
  readonly #lane: Lane;
  readonly #link: Link;
  readonly #outbox: Outbox;
  /** Bytes that nobody has read yet, from `#offset`. */
  #buffer: Buffer | undefined;
  #offset = 0;
  /** When the first byte of the present request came, as a tick; negative between requests, and before the first. */
  #since = NEVER_ASKED;
  #exchange: WireExchange | undefined;
  /** The body of the present request, while its bytes are still coming. */
  #body: Body | undefined;
  /** The reply being made is the last one. */
  #isLast = false;
  /** The client has ended its side: nothing more comes, but what has come is still to be answered. */
  #hasEnded = false;
  #advancing = false;
  #yielding = false;
  /** The body of a reply that is sent in pieces. */
  #pump: Pump | undefined;
  /** The body of a reply that is pushed. */
  #pushed: PushedReply | undefined;

  constructor(lane: Lane, socket: Socket) {
    this.#lane = lane;
    this.scheme = lane.scheme;
    this.dueAt = lane.timer.after(lane.headTicks);
    this.#link = new Link(socket, this, lane.writeTimeout);
    this.#outbox = this.#link.outbox;
  }

  get socket(): Socket {
    return this.#link.socket;
  }
  /** Whether nothing of a request has come that is not answered. */
  get idle(): boolean {
    return this.#exchange === undefined && this.#buffer === undefined && this.#body === undefined;
  }

  // -- reading ---------------------------------------------------------------------------------------------------------

  onData(chunk: Buffer): void {
    let start = 0;
    const body = this.#body;
    if (body !== undefined) {
      start = body.feed(chunk, 0);
      if (body.missing === 0) this.#bodyIsComplete();
      if (start === chunk.length) return this.#flow();
    }
    if (this.#buffer === undefined) {
      this.#buffer = chunk;
      this.#offset = start;
    } else this.#buffer = Buffer.concat([this.#buffer, chunk]);
    this.#advance();
  }

  #bodyIsComplete(): void {
    this.#body = undefined;
    this.#since = BETWEEN_REQUESTS;
    this.dueAt = this.#exchange === undefined ? this.#lane.timer.after(this.#lane.idleTicks) : NEVER;
  }

  /** Serves what has come, request by request, until one has to wait; then writes all replies at once. */
  #advance(): void {
    if (this.#advancing || this.#yielding) return;
    this.#advancing = true;
    let depth = 0;
    while (
      this.#buffer !== undefined &&
      this.#exchange === undefined &&
      this.#body === undefined &&
      !this.#outbox.blocked &&
      this.#link.isOpen
    ) {
      if (++depth > PIPELINE_DEPTH) {
        this.#yielding = true;
        setImmediate(() => {
          this.#yielding = false;
          this.#advance();
        });
        break;
      }
      if (!this.#serve(this.#buffer)) break;
    }
    this.#advancing = false;
    this.#outbox.flushSoon();
    this.#flow();
  }

  /** Serves the request at the head of the buffer; returns whether there may be another one behind it. */
  #serve(buffer: Buffer): boolean {
    const lane = this.#lane;
    const { reader } = lane;
    const end = reader.read(buffer, this.#offset);
    if (end === INCOMPLETE) {
      this.#keep(buffer);
      return false;
    }
    if (end === NOT_HTTP) {
      this.#shut();
      return false;
    }
    if (end < 0) {
      this.#refuse(-end, reader.reason);
      return false;
    }
    if (reader.rare) {
      // Node takes bytes back only before the end; the client has to ask again, as RFC 9112 §9.3.2 expects of it.
      if (this.#hasEnded) this.#shut();
      else this.#handOver(buffer.subarray(this.#offset));
      return false;
    }
    const target = buffer.toString("latin1", reader.targetStart, reader.targetEnd);
    const mark = reader.queryMark - reader.targetStart;
    const { fieldsEnd, contentLength } = reader.fields;
    let length = 0;
    let body: Body | undefined;
    this.#offset = end;
    if (contentLength > 0) {
      length = contentLength;
      if (buffer.length - end >= length) this.#offset += length;
      else this.#body = body = this.#receive(buffer, end, length);
    }
    if (this.#offset >= buffer.length) this.#buffer = undefined;
    if (body === undefined) {
      this.#since = BETWEEN_REQUESTS;
      this.dueAt = NEVER;
    }
    this.#isLast = reader.closes;
    const exchange = new WireExchange(
      this,
      reader.method,
      mark < 0 ? target : target.slice(0, mark),
      mark < 0 ? "" : target.slice(mark + 1),
      buffer,
      reader.fieldsStart,
      fieldsEnd,
      length,
      body,
    );
    this.#exchange = exchange;
    lane.requests++;
    const handled = lane.application.handle(exchange);
    if (handled !== undefined) lane.follow(handled);
    return true;
  }

  #receive(buffer: Buffer, start: number, length: number): Body {
    const body = new Body(length, () => this.#flow());
    this.#offset = body.feed(buffer, start);
    const { timer, requestTicks } = this.#lane;
    if (this.#since < 0) this.#since = timer.tick;
    this.dueAt = requestTicks === NEVER ? NEVER : this.#since + requestTicks;
    return body;
  }

  /** Keeps the beginning of a head whose end has not come. */
  #keep(buffer: Buffer): void {
    const { timer, headTicks } = this.#lane;
    if (this.#hasEnded) return this.#refuse(400, "The request head is not complete");
    if (this.#offset > 0) this.#buffer = buffer.subarray(this.#offset);
    this.#offset = 0;
    if (this.#since >= 0) return;
    this.#since = timer.tick;
    this.dueAt = timer.after(headTicks);
  }

  /** Reads on, or lets the client wait while what it sent has no taker. */
  #flow(): void {
    const waits =
      this.#buffer !== undefined && (this.#exchange !== undefined || this.#outbox.blocked || this.#yielding);
    this.#link.pause(waits || (this.#body !== undefined && this.#body.full));
  }

  // -- other ways on ---------------------------------------------------------------------------------------------------

  #refuse(status: number, reason: string): void {
    this.#lane.refused++;
    this.#buffer = undefined;
    this.#outbox.add(refusal(status, reason));
    this.#shut();
  }

  #handOver(bytes: Buffer): void {
    this.#link.release();
    this.#buffer = undefined;
    this.#lane.handOver(this, bytes);
  }

  /** After the last reply. */
  #shut(lingerTicks: number = this.#lane.lingerTicks): void {
    if (!this.#link.isOpen) return;
    this.dueAt = NEVER;
    this.#link.shut(() => {
      if (lingerTicks === 0) this.socket.destroy();
      else this.dueAt = this.#lane.timer.after(lingerTicks);
    });
  }

  /**
   * Ends an idle connection; a busy one ends with the reply it is making. Clients that keep connections for later, as
   * browsers do, notice late: one that has rested is not waited for, since there is nothing that a reset could destroy.
   */
  retire(): void {
    if (this.idle) this.#shut(this.#hasRested() ? 0 : RESTING_TICKS);
  }

  /** Whether the client has had the time to read all that it was sent. */
  #hasRested(): boolean {
    if (this.#outbox.blocked || this.#since >= 0) return false;
    const { timer, idleTicks } = this.#lane;
    return this.#since === NEVER_ASKED || this.dueAt <= timer.after(idleTicks) - RESTING_TICKS;
  }

  expire(): void {
    this.dueAt = NEVER;
    // What waits for a slow reader is cut off by the socket's own time-out.
    if (this.#link.isOpen && (this.#outbox.blocked || this.#yielding)) return;
    if (!this.#link.isOpen || this.idle) {
      this.socket.destroy();
    } else if (this.#body !== undefined) {
      this.#cutBody(new HttpError(408, "The body took too long to come"));
    } else this.#refuse(408, "The request head took too long to come");
  }

  /** The body will not be complete: whoever reads it hears so, and the connection ends with the reply. */
  #cutBody(error: HttpError): void {
    const body = this.#body!;
    this.#isLast = true;
    if (this.#exchange === undefined) {
      this.#body = undefined;
      this.#shut();
    } else body.fail(error);
  }

  onEnd(): void {
    this.#hasEnded = true;
    // In the middle of a stream nobody half-closes: the client is leaving.
    if (this.#pump !== undefined || this.#pushed !== undefined) return void this.socket.destroy();
    if (this.#body !== undefined) this.#cutBody(incomplete());
    if (this.#exchange !== undefined) this.#exchange.abort(clientGone());
    else if (this.#buffer === undefined) this.#shut();
    else this.#advance();
  }

  onClose(): void {
    this.#buffer = undefined;
    this.#lane.remove(this);
    this.#body?.fail(incomplete());
    this.#pushed?.stop();
    this.#exchange?.abort(clientGone());
    this.#pump?.stop();
  }

  onDrain(): void {
    if (this.idle) this.dueAt = this.#lane.timer.after(this.#lane.idleTicks);
    this.#advance();
  }

  // -- writing ---------------------------------------------------------------------------------------------------------

  /** Sends the reply that `exchange` holds. See `Exchange.end`. */
  reply(exchange: WireExchange): void | Promise<void> {
    const { payload, fields } = exchange;
    const status = exchange.status || 200;
    if (exchange !== this.#exchange || this.#link.isGone)
      return isPieces(payload) ? cancelPieces(payload) : undefined;
    const { heads } = this.#lane;
    if (this.#isLastByCircumstance()) this.#isLast = true;
    if (
      fields === undefined &&
      exchange.lines === "" &&
      !this.#isLast &&
      typeof payload === "string" &&
      !isBodiless(status)
    ) {
      const bytes = byteString(payload);
      const head = heads.plain(status, exchange.contentType, bytes.length);
      this.#outbox.add(exchange.method === "HEAD" ? head : head + bytes);
      return this.#replied();
    }
    const own = fields === undefined ? undefined : ownFields(fields, status);
    if (own?.closes) this.#isLast = true;
    const pending = writeReply(this.#outbox, heads, exchange, own, this.#isLast);
    if (pending === undefined) return this.#replied();
    return pending.isCancelled ? this.#cancel(pending) : this.#stream(pending);
  }

  /** Sends the reply that `exchange` holds, with a body that is here. See `Exchange.endWith`. */
  replyWith(exchange: WireExchange, octets: Octets): void {
    if (exchange !== this.#exchange || this.#link.isGone) return;
    if (this.#isLastByCircumstance()) this.#isLast = true;
    const status = exchange.status || 200;
    const own = exchange.fields === undefined ? undefined : ownFields(exchange.fields, status);
    if (own?.closes) this.#isLast = true;
    const head = headOf(this.#lane.heads, exchange, status, octets.length, own, this.#isLast);
    this.#outbox.add(head);
    if (exchange.method !== "HEAD") this.#outbox.add(octets);
    this.#replied();
  }

  /** Sends the head of the reply that `exchange` holds; its body is pushed. See `Exchange.open`. */
  open(exchange: WireExchange, length: number | undefined, onDrain: () => void): PushedReply {
    const isGone = exchange !== this.#exchange || this.#link.isGone;
    const pushed = new PushedReply(
      this.#outbox,
      length,
      onDrain,
      () => this.#replied(),
      () => this.#cut(),
    );
    if (isGone || this.#hasEnded) {
      pushed.stop();
      // A client that wants a stream stays to read it: this one has left, and its reset is not worth waiting for.
      if (!isGone) this.socket.destroy();
      return pushed;
    }
    this.#pushed = pushed;
    if (this.#isLastByCircumstance()) this.#isLast = true;
    const status = exchange.status || 200;
    const own = exchange.fields === undefined ? undefined : ownFields(exchange.fields, status);
    if (own?.closes) this.#isLast = true;
    this.#outbox.addSoon(headOf(this.#lane.heads, exchange, status, length ?? CHUNKED, own, this.#isLast));
    return pushed;
  }

  /** Sends what there is of a reply that has no end: an orderly one would say that this was all. */
  #cut(): void {
    this.#outbox.flush();
    this.socket.destroy();
  }

  /** Sends an interim reply to the request that is being answered. */
  inform(exchange: WireExchange, status: number, lines: string): void {
    if (exchange !== this.#exchange || this.#link.isGone) return;
    this.#outbox.addSoon(`${statusLine(status)}${lines}\r\n`);
  }

  #isLastByCircumstance(): boolean {
    if (this.#lane.draining || (this.#hasEnded && this.#buffer === undefined)) return true;
    return this.#body !== undefined && this.#body.missing > MOST_SKIPPED;
  }

  #cancel({ pieces }: PendingBody): Promise<void> {
    this.#replied();
    return cancelPieces(pieces);
  }

  async #stream({ pieces, length }: PendingBody): Promise<void> {
    if (this.#hasEnded) {
      // A client that wants a stream stays to read it: this one has left, and its reset is not worth waiting for.
      this.socket.destroy();
      return cancelPieces(pieces);
    }
    const chunked = length === undefined;
    this.#pump = new Pump({ pieces, length, write: pieceWriter(this.#outbox, chunked) });
    try {
      await this.#pump.run();
    } catch (error) {
      // An orderly end would say that this was all.
      this.socket.destroy();
      throw error;
    }
    if (this.#link.isGone) return;
    if (chunked) this.#outbox.add(LAST_CHUNK);
    this.#replied();
  }

  /** The reply is on its way: on to the next request, or to the end. */
  #replied(): void {
    this.#exchange = undefined;
    this.#pump = undefined;
    this.#pushed = undefined;
    if (this.#isLast) return this.#shut();
    if (this.#body !== undefined) this.#body.discard();
    else this.dueAt = this.#lane.timer.after(this.#lane.idleTicks);
    // In a batch the loop that called the application goes on; it writes when it is through.
    if (!this.#advancing) this.#advance();
  }
}

function clientGone(): DOMException {
  return new DOMException("The client went away", "AbortError");
}

function incomplete(): HttpError {
  return new HttpError(400, "The client went away before the body was complete.");
}
