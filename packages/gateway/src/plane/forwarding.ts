import { type Exchange, HttpError, isBodiless, type ReplySink } from "waymark/internal";
import type { WireError } from "waymark/wire";
import type { Failure } from "../observe/watcher.ts";
import type { Timeouts } from "../snapshot.ts";
import type { LiveTarget, Outcome, PickHints } from "../upstream/target-set.ts";
import { answerProblem } from "./answer-problem.ts";
import type { GatewayCall } from "./gateway-call.ts";
import type { Generation } from "./generation.ts";
import { takeBody, writeRequest } from "./outgoing-request.ts";
import { failureOf, refusalProblem, totalProblem, upstreamProblem } from "./problems.ts";
import { replyLines } from "./reply-lines.ts";
import { lineValue } from "./request-fields.ts";
import { type HeldReply, MOST_HELD, runResponders } from "./responders.ts";
import { backoff } from "./retry-budget.ts";
import { retryDelay } from "./retry-after.ts";
import type { Route } from "./route.ts";
import type { Incoming, Outgoing, OutgoingPieces, Sent } from "./upstream-link.ts";

const PLAIN: PickHints = { hashKey: undefined, tried: [], isCanary: false };
const NOBODY: readonly LiveTarget[] = [];

/** Nothing has come back yet: it may be tried again. */
const WAITING = 0;
/** The reply's body is on its way to the client. */
const SENDING = 1;
/** Policies look at the reply. */
const HELD = 2;
const OVER = 3;

/** One request on its way to an upstream and back: attempts, time-outs, the reply, and the account of it. */
export class Forwarding implements Outgoing, Incoming {
  readonly exchange: Exchange;
  readonly route: Route;
  readonly call: GatewayCall | undefined;
  readonly method: string;
  readonly timeouts: Timeouts;
  target = "";
  host: string | undefined = undefined;
  lines = "";
  body: Uint8Array | OutgoingPieces | undefined = undefined;
  /** Of the reply; 0 while there is none. */
  status = 0;
  /** Retries that were made: those that count. */
  retries = 0;
  /** How often an upstream was asked. */
  attempts = 0;
  /** When the reply's head came, by `performance.now`, where somebody measures. */
  headAt = 0;
  /** Why the gateway answered by itself. */
  failure: Failure | undefined = undefined;
  protected readonly generation: Generation;
  #state: number = WAITING;
  #sent: Sent | undefined = undefined;
  #chosen: LiveTarget | undefined = undefined;
  #last: LiveTarget | undefined = undefined;
  /** Those that failed; none, mostly. */
  #tried: LiveTarget[] | undefined = undefined;
  /** Counted in the budget. */
  #isRetry = false;
  #hasRedispatched = false;
  #sink: ReplySink | undefined = undefined;
  /** Of the whole time until the head. */
  #deadline: NodeJS.Timeout | undefined = undefined;
  #pause: NodeJS.Timeout | undefined = undefined;
  #gathered: Uint8Array[] | undefined = undefined;
  #gatheredSize = 0;
  #heldLines = "";
  #heldLength = -1;

  constructor(generation: Generation, exchange: Exchange, route: Route, call: GatewayCall | undefined) {
    this.generation = generation;
    this.exchange = exchange;
    this.route = route;
    this.call = call;
    this.method = exchange.method;
    this.timeouts = route.operation.timeouts;
  }

  get isUpgrade(): boolean {
    return false;
  }
  protected get isOver(): boolean {
    return this.#state === OVER;
  }
  /** Who answers, or was asked last. */
  get chosen(): LiveTarget | undefined {
    return this.#chosen ?? this.#last;
  }

  // -- the request -----------------------------------------------------------------------------------------------------

  /** Begins: everything that was to be judged has been. Never throws. */
  start(): void {
    const { exchange, route } = this;
    route.runtime.budget.add(route.operation.retry);
    exchange.onAbort = (): void => this.#clientGone();
    try {
      if (exchange.aborted) return this.#clientGone();
      writeRequest(this, this.generation, exchange, route, this.call);
      const reading = takeBody(this, exchange, route, this.call);
      if (reading === undefined) this.#begin();
      else reading.then(this.#begin, (error: unknown) => this.refuse(error));
    } catch (error) {
      this.refuse(error);
    }
  }

  readonly #begin = (): void => {
    if (this.#state !== WAITING) return;
    const { total } = this.timeouts;
    if (total !== null) this.#deadline = setTimeout(() => this.#tooLate(), total);
    this.#try(undefined);
  };

  /** @param failure what the attempt before ended with. */
  #try(failure: HttpError | undefined): void {
    const { runtime } = this.route;
    if (this.#last !== undefined) (this.#tried ??= []).push(this.#last);
    const taken = runtime.targets.take(this.#hints());
    if (typeof taken === "string") {
      this.failure = taken;
      return this.refuse(failure ?? refusalProblem(this.route, taken));
    }
    this.#chosen = taken;
    this.attempts++;
    try {
      this.#sent = runtime.linkOf(taken).send(this, this);
    } catch (error) {
      this.#release("aborted", 0);
      this.refuse(error);
    }
  }

  #hints(): PickHints {
    const { hashKey, canary } = this.route;
    if (hashKey === undefined && canary === undefined && this.#tried === undefined) return PLAIN;
    return {
      hashKey: hashKey === undefined ? undefined : hashKey(this.call!),
      tried: this.#tried ?? NOBODY,
      isCanary: canary !== undefined && canary(this.exchange),
    };
  }

  // -- trying again ----------------------------------------------------------------------------------------------------

  failed(error: WireError): void {
    if (this.#state === OVER) return;
    this.#release(isOwnFault(error) ? "aborted" : "failed", 0);
    if (this.#state === SENDING) return this.#cut();
    if (this.#state === WAITING && this.#triesAgainAfter(error)) return;
    this.failure = failureOf(error.code);
    this.refuse(upstreamProblem(this.route, error));
  }

  #triesAgainAfter(error: WireError): boolean {
    const { isIdempotent } = this.route;
    if (error.code === "BODY_FAILED" || error.code === "DESTROYED" || error.code.startsWith("QUEUE"))
      return false;
    // RFC 9112 §9.3.1: a connection that was being closed while it was chosen. Nobody is to blame, and it costs no retry.
    if (error.isStale && isIdempotent && this.#isReplayable && !this.#hasRedispatched) {
      this.#hasRedispatched = true;
      this.#try(undefined);
      return true;
    }
    if (!isIdempotent && !error.isUnsent) return false;
    return this.#triesAgain(undefined, upstreamProblem(this.route, error), error.isUnsent);
  }

  /** Whether the request can be sent once more, byte by byte. */
  get #isReplayable(): boolean {
    return this.body === undefined || this.body instanceof Uint8Array;
  }

  /**
   * @param retryAfter what the upstream asked for.
   * @param isFree no upstream has got anything of it: to ask another one is no more load for any.
   */
  #triesAgain(retryAfter: string | undefined, failure: HttpError | undefined, isFree: boolean): boolean {
    const { operation, runtime } = this.route;
    const { retry } = operation;
    if (this.retries >= retry.attempts || !this.#isReplayable || runtime.targets.breaker !== "closed")
      return false;
    const delay = retryDelay(retryAfter, backoff(retry, this.retries, Math.random()), retry.backoff.max);
    if (delay === undefined) return false;
    this.#endRetry();
    if (!isFree) {
      if (!runtime.budget.begin(retry)) return false;
      this.#isRetry = true;
    }
    this.retries++;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#try(failure);
    }, delay);
    return true;
  }

  #endRetry(): void {
    if (!this.#isRetry) return;
    this.#isRetry = false;
    this.route.runtime.budget.end();
  }

  /** Whether a reply is one that is not passed on, since another attempt is made. */
  #isRetried(status: number, lines: string): boolean {
    const { operation, isIdempotent } = this.route;
    if (!isIdempotent || operation.retry.attempts === 0 || !operation.retry.statuses.includes(status))
      return false;
    const chosen = this.#chosen;
    if (!this.#triesAgain(lineValue(lines, "retry-after"), undefined, false)) return false;
    this.#release("ok", status, chosen);
    return true;
  }

  #release(outcome: Outcome, status: number, target: LiveTarget | undefined = this.#chosen): void {
    if (target === undefined) return;
    this.#chosen = undefined;
    this.#last = target;
    this.route.runtime.targets.release(target, outcome, status);
  }

  // -- the reply -------------------------------------------------------------------------------------------------------

  whole(status: number, lines: string, length: number, octets: string): void {
    if (this.#state !== WAITING || (status >= 400 && this.#isRetried(status, lines))) return;
    this.#headIsHere(status);
    if (this.route.responding.length > 0) {
      this.#hold(lines, length);
      if (this.route.readsReply) this.#gathered!.push(Buffer.from(octets, "latin1"));
      return this.#respond(this.route.readsReply ? undefined : octets);
    }
    this.#release("ok", status);
    this.#answer(status, lines, length, octets);
  }

  begin(status: number, lines: string, length: number): void {
    if (this.#state !== WAITING) return;
    if (status >= 400 && this.#isRetried(status, lines)) return this.#abandon();
    this.#headIsHere(status);
    if (this.route.responding.length > 0) {
      this.#hold(lines, length);
      if (!this.route.readsReply) this.#respond(undefined);
      return;
    }
    this.#open(status, lines, length);
  }

  #headIsHere(status: number): void {
    this.status = status;
    if (this.call !== undefined && this.call.begunAt !== 0) this.headAt = performance.now();
    if (this.#deadline !== undefined) clearTimeout(this.#deadline);
  }

  /** A reply whose body is here. */
  #answer(status: number, lines: string, length: number, octets: string): void {
    const { exchange } = this;
    this.#finish();
    exchange.status = status;
    exchange.lines = replyLines(lines, this.route, this.call);
    if (this.method !== "HEAD" && !isBodiless(status)) return void exchange.endWith(octets);
    // RFC 9110 §8.6: what GET would have had is told, but for 204.
    if (length >= 0 && status !== 204) exchange.appendField("content-length", String(length));
    exchange.payload = null;
    void exchange.end();
  }

  /** A reply whose body is still coming. */
  #open(status: number, lines: string, length: number): void {
    if (this.method === "HEAD" || isBodiless(status)) {
      this.#abandon();
      this.#release("ok", status);
      return this.#answer(status, lines, length, "");
    }
    const { exchange } = this;
    this.#state = SENDING;
    exchange.status = status;
    exchange.lines = replyLines(lines, this.route, this.call);
    this.#sink = exchange.open(length < 0 ? undefined : length, () => this.#sent?.resume());
  }

  data(piece: Uint8Array): boolean {
    if (this.#state === SENDING) return this.#sink!.write(piece);
    if (this.#gathered === undefined) return true;
    this.#gathered.push(piece);
    this.#gatheredSize += piece.length;
    if (this.#gatheredSize <= MOST_HELD) return true;
    this.#abandon();
    this.#release("ok", this.status);
    this.refuse(
      new HttpError(502, `The reply of the service '${this.route.service.name}' is too large to be read.`),
    );
    return true;
  }

  done(): void {
    if (this.#state === SENDING) {
      this.#release("ok", this.status);
      this.#finish();
      this.#sink!.end();
    } else if (this.#state === HELD) {
      this.#sent = undefined;
      if (this.#gathered !== undefined) this.#respond(undefined);
    }
  }

  informed(status: number, lines: string): void {
    if (status === 103 && this.#state === WAITING) this.exchange.inform?.(status, lines);
  }

  // -- policies that look at it ----------------------------------------------------------------------------------------

  #hold(lines: string, length: number): void {
    this.#state = HELD;
    this.#heldLines = lines;
    this.#heldLength = length;
    if (this.route.readsReply) this.#gathered = [];
  }

  /** @param octets the body, where it is here and nobody has read it; undefined where it was gathered or is still to come. */
  #respond(octets: string | undefined): void {
    const body = this.#gathered === undefined ? undefined : Buffer.concat(this.#gathered);
    const held: HeldReply = { status: this.status, lines: this.#heldLines, body };
    try {
      const reply = runResponders(this.route.responding, this.call!, held);
      if (!(reply instanceof Promise)) return this.#responded(held, reply, octets);
      if (octets === undefined && body === undefined) this.#sent?.pause();
      reply.then(
        (given) => this.#responded(held, given, octets),
        (error: unknown) => this.#spoiled(error),
      );
    } catch (error) {
      this.#spoiled(error);
    }
  }

  #responded(held: HeldReply, { status, lines, body }: HeldReply, octets: string | undefined): void {
    if (this.#state !== HELD) return;
    this.status = status;
    const isStreaming = body === undefined && octets === undefined;
    if (isStreaming) {
      this.#open(status, lines, this.#heldLength);
      this.#sent?.resume();
      return;
    }
    this.#release("ok", held.status);
    if (held.body === undefined && body !== undefined) this.#abandon();
    const sent = body === undefined ? octets! : latin1(body);
    this.#answer(status, lines, this.method === "HEAD" ? this.#heldLength : sent.length, sent);
  }

  #spoiled(error: unknown): void {
    if (this.#state === OVER) return;
    this.#abandon();
    this.#release("ok", this.status);
    this.refuse(error);
  }

  // -- the end ---------------------------------------------------------------------------------------------------------

  /** Nothing more of the upstream's reply is wanted. */
  #abandon(): void {
    const sent = this.#sent;
    this.#sent = undefined;
    sent?.abort();
  }

  #tooLate(): void {
    if (this.#state !== WAITING) return;
    this.#abandon();
    this.#release("failed", 0);
    this.failure = "timeout";
    this.refuse(totalProblem(this.route));
  }

  #clientGone(): void {
    if (this.#state === OVER) return;
    const isSending = this.#state === SENDING;
    this.#abandon();
    this.#release("aborted", 0);
    this.status ||= 499;
    this.#finish();
    // What the client will not read ends its exchange all the same.
    if (!isSending) this.endUnread();
  }

  protected endUnread(): void {
    const { exchange } = this;
    exchange.status = 499;
    exchange.lines = "";
    exchange.payload = null;
    void exchange.end();
  }

  /** The upstream ended in the middle: an orderly end would say that this was all. */
  #cut(): void {
    this.#finish();
    this.#sink!.cut();
  }

  /** Answers with a problem in the place of a reply. */
  refuse(error: unknown): void {
    if (this.#state === OVER) return;
    this.#abandon();
    if (!(error instanceof HttpError)) this.failure = "internal";
    this.#state = OVER;
    this.exchange.onAbort = undefined;
    this.status = answerProblem(this.exchange, error, this.route, this.call, this.generation.report);
    this.#finish();
  }

  /** The reply is somebody else's now. */
  protected handOver(status: number): void {
    this.#headIsHere(status);
    this.#state = HELD;
    this.exchange.onAbort = undefined;
    this.#sent = undefined;
  }
  protected finish(outcome: Outcome): void {
    if (this.#state === OVER) return;
    this.#release(outcome, this.status);
    this.#finish();
  }

  #finish(): void {
    this.#state = OVER;
    this.exchange.onAbort = undefined;
    if (this.#deadline !== undefined) clearTimeout(this.#deadline);
    if (this.#pause !== undefined) clearTimeout(this.#pause);
    this.#endRetry();
    this.route.runtime.budget.over();
    this.generation.over(this);
  }
}

/** The target is not to blame: the client, this gateway, or the time at which a connection was chosen. */
function isOwnFault(error: WireError): boolean {
  return (
    error.code === "BODY_FAILED" ||
    error.code === "DESTROYED" ||
    error.code.startsWith("QUEUE") ||
    error.isStale
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
