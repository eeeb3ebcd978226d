import { type Exchange, HttpError, isBodiless, latin1, type Octets, type ReplySink } from "waymark/internal";
import type { WireError } from "waymark/wire";
import type { Failure } from "../observe/watcher.ts";
import type { Timeouts } from "../snapshot.ts";
import type { Step } from "../call.ts";
import type { LiveTarget, Outcome, PickHints } from "../upstream/target-set.ts";
import { answerProblem } from "./answer-problem.ts";
import { ClientBody } from "./client-body.ts";
import type { GatewayCall } from "./gateway-call.ts";
import { type ConnectFault, connectFault, isOfCertificate } from "./connect-faults.ts";
import type { Generation } from "./generation.ts";
import { FurtherAttempts } from "./further-attempts.ts";
import { HeldReply } from "./held-reply.ts";
import { hasIdempotencyKey, takeBody, writeRequest } from "./outgoing-request.ts";
import { failureOf, isOwnFault, refusalProblem, totalProblem, upstreamProblem } from "./problems.ts";
import { mayLead, withLocations } from "./reply-location.ts";
import { replyLines } from "./reply-lines.ts";
import { lineValue } from "./request-fields.ts";
import type { JudgedReply } from "./responders.ts";
import type { Route } from "./route.ts";
import type { Incoming, Outgoing, Sent } from "./upstream-link.ts";

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
  /** Whether this request may be sent twice. */
  isIdempotent: boolean;
  target = "";
  host: string | undefined = undefined;
  lines = "";
  body: Uint8Array | ClientBody | undefined = undefined;
  /** Of the reply; 0 while there is none. */
  status = 0;
  /** How often an upstream was asked. */
  attempts = 0;
  /** Of the reply's body that went to the client. */
  bytes = 0;
  /** When the reply's head came, by `performance.now`, where somebody measures. */
  headAt = 0;
  /** Why the gateway answered by itself. */
  failure: Failure | undefined = undefined;
  /** The code of what kept it from an upstream: ECONNREFUSED, CERT_HAS_EXPIRED. */
  reason: string | undefined = undefined;
  protected readonly generation: Generation;
  #state: number = WAITING;
  #sent: Sent | undefined = undefined;
  #chosen: LiveTarget | undefined = undefined;
  #last: LiveTarget | undefined = undefined;
  /** Of the breaker, in which it was taken. */
  #era = 0;
  /** After the first has failed. */
  #further: FurtherAttempts | undefined = undefined;
  /** The reply says that the upstream has too much to do, and when to ask again. */
  #isBusy = false;
  #sink: ReplySink | undefined = undefined;
  /** Of the whole time until the client gets the head. */
  #deadline: NodeJS.Timeout | undefined = undefined;
  /** Where policies look at the reply. */
  #held: HeldReply | undefined = undefined;

  constructor(generation: Generation, exchange: Exchange, route: Route, call: GatewayCall | undefined) {
    this.generation = generation;
    this.exchange = exchange;
    this.route = route;
    this.call = call;
    this.method = exchange.method;
    this.timeouts = route.operation.timeouts;
    this.isIdempotent = route.isIdempotent;
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
      // By what goes on: a policy may have set it or taken it away.
      if (route.isIdempotentByKey && hasIdempotencyKey(this.lines)) this.isIdempotent = true;
      const { total } = this.timeouts;
      if (total !== null)
        this.#deadline = setTimeout(() => this.#tooLate(), Math.max(total - (this.call?.waited ?? 0), 1));
      const reading = takeBody(this, exchange, route, this.call);
      if (reading === undefined) this.#begin();
      else reading.then(this.#begin, (error: unknown) => this.refuse(error));
    } catch (error) {
      this.refuse(error);
    }
  }

  readonly #begin = (): void => {
    if (this.#state === WAITING) this.#try(undefined);
  };

  /** @param failure what the attempt before ended with. */
  #try(failure: HttpError | undefined): void {
    const { runtime } = this.route;
    if (this.#last !== undefined) this.#further!.tried.push(this.#last);
    const taken = runtime.targets.take(this.#hints());
    if (typeof taken === "string") {
      this.failure = taken;
      return this.refuse(failure ?? refusalProblem(this.route, taken));
    }
    this.#chosen = taken;
    this.#era = runtime.targets.era;
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
    if (hashKey === undefined && canary === undefined && this.#further === undefined) return PLAIN;
    return {
      hashKey: hashKey === undefined ? undefined : hashKey(this.call!),
      tried: this.#further?.tried ?? NOBODY,
      isCanary: canary !== undefined && canary(this.exchange),
    };
  }

  // -- trying again ----------------------------------------------------------------------------------------------------

  failed(error: WireError): void {
    if (this.#state === OVER) return;
    this.#release(isOwnFault(error) ? "aborted" : "failed", 0);
    if (this.#state === SENDING) return this.#cut();
    const fault = connectFault(error);
    if (fault !== undefined) this.route.runtime.connectFaults.tell(this.#last!.origin, fault);
    if (this.#state === WAITING && this.#mayHelp(fault) && this.#triesAgainAfter(error)) return;
    this.reason = fault?.code;
    this.failure = failureOf(error.code);
    this.refuse(upstreamProblem(this.route, error));
  }

  /** A certificate that does not hold will not the next time: only another target may have another one. */
  #mayHelp(fault: ConnectFault | undefined): boolean {
    if (fault === undefined || !isOfCertificate(fault)) return true;
    return this.route.runtime.targets.targets.length > (this.#further?.tried.length ?? 0) + 1;
  }

  #triesAgainAfter(error: WireError): boolean {
    const { isIdempotent } = this;
    if (error.code === "BODY_FAILED" || error.code === "DESTROYED" || error.code.startsWith("QUEUE"))
      return false;
    const mayRepeat = isIdempotent || error.isUnsent;
    if (error.isStale && mayRepeat && this.#isReplayable && this.#furtherAttempts.redispatches()) {
      this.#try(undefined);
      return true;
    }
    if (!mayRepeat) return false;
    return this.#triesAgain(undefined, upstreamProblem(this.route, error), error.isUnsent);
  }

  /** Whether the request can be sent once more, byte by byte. */
  get #isReplayable(): boolean {
    return this.body === undefined || this.body instanceof Uint8Array;
  }
  get #furtherAttempts(): FurtherAttempts {
    return (this.#further ??= new FurtherAttempts(this.route));
  }

  #triesAgain(retryAfter: string | undefined, failure: HttpError | undefined, isFree: boolean): boolean {
    if (!this.#isReplayable) return false;
    return this.#furtherAttempts.plan(retryAfter, isFree, () => this.#try(failure));
  }

  /** Whether a reply is one that is not passed on, since another attempt is made. */
  #isRetried(status: number, lines: string): boolean {
    const { operation } = this.route;
    if (!this.isIdempotent || operation.retry.attempts === 0 || !operation.retry.statuses.includes(status))
      return false;
    const chosen = this.#chosen;
    const after = lineValue(lines, "retry-after");
    if (!this.#triesAgain(after, undefined, false)) return false;
    this.#release(status === 503 && after !== undefined ? "busy" : "ok", status, chosen);
    return true;
  }

  #release(outcome: Outcome, status: number, target: LiveTarget | undefined = this.#chosen): void {
    if (target === undefined) return;
    this.#chosen = undefined;
    this.#last = target;
    const said = this.#isBusy && outcome === "ok" ? "busy" : outcome;
    this.route.runtime.targets.release(target, said, status, this.#era);
  }

  // -- the reply -------------------------------------------------------------------------------------------------------

  whole(status: number, lines: string, length: number, octets: Octets): void {
    if (this.#state !== WAITING || (status >= 400 && this.#isRetried(status, lines))) return;
    this.#headIsHere(status, lines);
    if (this.route.responding.length > 0) {
      const held = this.#hold(status, lines, length);
      if (held.isGathered) held.add(typeof octets === "string" ? Buffer.from(octets, "latin1") : octets);
      return this.#respond(held, held.isGathered ? undefined : octets);
    }
    this.#release("ok", status);
    this.#answer(status, lines, length, octets);
  }

  begin(status: number, lines: string, length: number): void {
    if (this.#state !== WAITING) return;
    if (status >= 400 && this.#isRetried(status, lines)) return this.#abandon();
    this.#headIsHere(status, lines);
    if (this.route.responding.length > 0) {
      const held = this.#hold(status, lines, length);
      if (!held.isGathered) this.#respond(held, undefined);
      return;
    }
    this.#open(status, lines, length);
  }

  #headIsHere(status: number, lines: string): void {
    this.status = status;
    // Another attempt is none any more, however long its reply is.
    this.#further?.end();
    if (status === 503) this.#isBusy = lineValue(lines, "retry-after") !== undefined;
    if (this.call !== undefined && this.call.begunAt !== 0) this.headAt = performance.now();
  }

  /** What the service said: a policy may have made another status of it. */
  get #said(): number {
    return this.#held?.status ?? this.status;
  }
  #answered(): void {
    this.#era = this.route.runtime.targets.answered(this.#said, this.#era);
  }

  /**
   * A reply whose body is here.
   *
   * @param length to tell where the body is not sent; -1 for none.
   */
  #answer(status: number, lines: string, length: number, octets: Octets): void {
    const { exchange } = this;
    const own = this.#replyLines(status, lines);
    if (own === undefined) return;
    const hasBody = this.method !== "HEAD" && !isBodiless(status);
    if (hasBody) this.bytes = octets.length;
    this.#finish();
    exchange.status = status;
    exchange.lines = own;
    if (hasBody) return void exchange.endWith(octets);
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
    const own = this.#replyLines(status, lines);
    if (own === undefined) return;
    this.#state = SENDING;
    this.#answered();
    if (this.#deadline !== undefined) clearTimeout(this.#deadline);
    exchange.status = status;
    exchange.lines = own;
    this.#sink = exchange.open(length < 0 ? undefined : length, () => this.#sent?.resume());
  }

  /** Undefined where a policy set what HTTP cannot carry, and the request was answered for that. */
  #replyLines(status: number, lines: string): string | undefined {
    try {
      return replyLines(this.#located(status, lines), this.route, this.call);
    } catch (error) {
      this.#spoiled(error);
      return undefined;
    }
  }

  #located(status: number, lines: string): string {
    return mayLead(status) ? withLocations(lines, this, this.generation) : lines;
  }

  data(piece: Uint8Array): boolean {
    if (this.#state === SENDING) {
      this.bytes += piece.length;
      return this.#sink!.write(piece);
    }
    if (this.#held?.isGathered !== true || this.#held.add(piece)) return true;
    this.#abandon();
    this.#release("ok", this.status);
    this.refuse(
      new HttpError(502, `The reply of the service '${this.route.service.name}' is too large to be read.`),
    );
    return true;
  }

  done(): void {
    if (this.#state === SENDING) {
      this.#release("ok", this.#said);
      this.#finish();
      this.#sink!.end();
    } else if (this.#state === HELD) {
      this.#sent = undefined;
      if (this.#held?.isGathered === true) this.#respond(this.#held, undefined);
    }
  }

  informed(status: number, lines: string): void {
    if (status === 103 && this.#state === WAITING) this.exchange.inform?.(status, lines);
  }

  // -- policies that look at it ----------------------------------------------------------------------------------------

  #hold(status: number, lines: string, length: number): HeldReply {
    this.#state = HELD;
    return (this.#held = new HeldReply(this.route, status, lines, length));
  }

  /** @param octets the body, where it is here and nobody has read it; undefined where it was gathered or is still to come. */
  #respond(held: HeldReply, octets: Octets | undefined): void {
    try {
      const reply = held.judged(this.route, this.call!);
      if (!(reply instanceof Promise)) return this.#responded(held, reply, octets);
      if (octets === undefined && !held.isGathered) this.#sent?.pause();
      reply.then(
        (given) => this.#responded(held, given, octets),
        (error: unknown) => this.#spoiled(error),
      );
    } catch (error) {
      this.#spoiled(error);
    }
  }

  #responded(held: HeldReply, { status, lines, body }: JudgedReply, octets: Octets | undefined): void {
    if (this.#state !== HELD) return;
    this.status = status;
    if (body === undefined && octets === undefined) {
      this.#open(status, lines, held.length);
      // An end may come though nobody reads on.
      if (this.#sent === undefined) this.done();
      else this.#sent.resume();
      return;
    }
    this.#release("ok", held.status);
    if (!held.isGathered && body !== undefined) this.#abandon();
    // As text now: the memory is the policy's, which may use it again for the next reply of this turn.
    const sent = body === undefined ? octets! : latin1(body);
    this.#answer(status, lines, held.lengthWithout(body), sent);
  }

  #spoiled(error: unknown): void {
    if (this.#state === OVER) return;
    this.#abandon();
    this.#release("ok", this.#said);
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
    const policy = this.call?.step;
    if (policy !== undefined) return this.#policyIsSlow(policy);
    // The client took the time: its body is still coming, and the upstream, where one was asked, has waited for it as long.
    const isOfClient = this.attempts === 0 || (this.body instanceof ClientBody && this.body.isAwaited);
    this.#abandon();
    this.#release(isOfClient ? "aborted" : "failed", 0);
    if (isOfClient) return this.refuse(new HttpError(408, "The body took too long to come."));
    this.failure = "timeout";
    this.refuse(totalProblem(this.route));
  }

  /** The service has answered: it is not to blame. */
  #policyIsSlow({ kind }: Step): void {
    this.call!.log["policy"] = kind;
    this.failure = "timeout";
    this.#spoiled(new HttpError(504, "The request could not be answered in time."));
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
    this.#headIsHere(status, "");
    this.#answered();
    this.#state = HELD;
    clearTimeout(this.#deadline);
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
    this.#further?.end();
    this.route.runtime.budget.over();
    this.generation.over(this);
  }
}
