import {
  checkField,
  DEFAULT_LIMITS,
  isFraming,
  isJson,
  isPromise,
  parseJson,
  parseQuery,
  type Exchange,
} from "waymark/internal";
import type {
  Call,
  EarlyReply,
  LoadedPolicy,
  Need,
  Principal,
  ReplyChange,
  Step,
  UpstreamReply,
} from "./call.ts";
import type { JsonSchema, Operation, Phase, Service } from "./snapshot.ts";

/** A request as a policy sees it: the one reading that is judged and forwarded. */
export class PolicyRequest<Body = unknown> {
  /** Everything else: what the upstream gets, what the client gets, the access log. */
  readonly call: Call;
  #body: unknown;
  #isRead = false;

  constructor(call: Call) {
    this.call = call;
  }

  get operation(): Operation {
    return this.call.operation;
  }
  get service(): Service {
    return this.call.service;
  }
  get method(): string {
    return this.call.exchange.method;
  }
  /** Values of the path by their names, decoded. */
  get params(): ReadonlyMap<string, string> {
    return this.call.params;
  }
  get clientAddress(): string {
    return this.call.clientAddress;
  }
  /** Who calls; null for a caller that nobody knows. */
  get principal(): Principal | null {
    return this.call.principal;
  }
  /** A header field, by any case of its name. */
  header(name: string): string | undefined {
    return this.call.exchange.header(name.toLowerCase());
  }
  /** The value of a name of the query; of a name that is repeated, all of them. */
  query(name: string): string | string[] | undefined {
    return parseQuery(this.call.exchange.search).get(name);
  }
  /**
   * The body: of JSON its value, else undefined. Read when it is first asked for, and only where the policy `needs` it.
   * Throws `HttpError` 400 for what is no JSON.
   */
  get body(): Body {
    if (!this.#isRead) {
      this.#isRead = true;
      this.#body = jsonOf(this.call.exchange, this.call.body);
    }
    return this.#body as Body;
  }
  /** The body's bytes; undefined where there is none, or the policy does not `need` it. */
  get bytes(): Uint8Array | undefined {
    return this.call.body;
  }
  /**
   * Sets a field that the upstream gets, in the place of what the client sent. Throws a `TypeError` for what HTTP cannot carry;
   * one that is the gateway's own, such as Content-Length or Host, ends the request by 500.
   */
  setHeader(name: string, value: string): void {
    this.call.upstreamHeaders.set(checkField(name, value), value);
  }
  /** Sets a field of the reply, whoever makes it. Throws a `TypeError` for what HTTP cannot carry, and for framing. */
  setReplyHeader(name: string, value: string): void {
    const field = checkField(name, value);
    if (field === "content-length" || isFraming(field))
      throw new TypeError(`A policy cannot set the field '${field}' of a reply`);
    this.call.replyHeaders.set(field, value);
  }
}

function jsonOf(exchange: Exchange, bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  return isJson(exchange.header("content-type") ?? "")
    ? parseJson(bytes, DEFAULT_LIMITS.jsonDepth)
    : undefined;
}

/** What a policy may give in the place of the upstream's reply. */
export interface PolicyReply {
  readonly status: number;
  /** Text and bytes as they are; anything else as JSON. */
  readonly body?: unknown;
  /** Default: text/plain for text, application/json for values, none without a body. */
  readonly contentType?: string;
}

type Answer = PolicyReply | Error | undefined | void;
type Change = { readonly status?: number; readonly body?: unknown } | undefined | void;

interface Handlers<O, B> {
  /**
   * Judges a request. What it gives is the reply, and nobody else is asked; an `HttpError`, given or thrown, is one too.
   * Undefined goes on. A promise only where it has to wait.
   */
  readonly run?: (request: PolicyRequest<B>, options: O) => Answer | Promise<Answer>;
  /** Of the phase "response": sees the upstream's reply, and says what of it is to change. */
  readonly respond?: (
    request: PolicyRequest<B>,
    reply: UpstreamReply & { /** The value of a JSON body. */ readonly value: unknown },
    options: O,
  ) => Change | Promise<Change>;
}

export interface PolicyDefinition<O, N extends readonly Need[]> extends Handlers<O, BodyOf<N>> {
  /** Its name in `explain` and in reports. */
  readonly kind: string;
  /** When it runs: phases have a fixed order. */
  readonly phase: Phase;
  /** What it reads beyond heads. Without it bytes stream through, and `body` is undefined. */
  readonly needs?: N;
  /** JSON Schema of what the configuration may say by `with`. Without one it may say nothing. */
  readonly schema?: JsonSchema;
  /** Called once for each operation, when the gateway starts: what can be decided then. Undefined: not for this one. */
  readonly prepare?: (options: O, operation: Operation) => Handlers<O, BodyOf<N>> | undefined;
}

type BodyOf<N extends readonly Need[]> = "body" extends N[number] ? any : undefined;

/** A policy, ready for `use` in the configuration. */
export interface DefinedPolicy {
  readonly "~policy": LoadedPolicy;
}

/**
 * A policy in TypeScript.
 *
 * ```ts
 * export default definePolicy({
 *   kind: "fraud",
 *   phase: "request",
 *   needs: ["body"],
 *   run: ({ body, principal }) =>
 *     body.amount > 10_000 && !principal?.scopes.has("large") ? new HttpError(403, "Too much at once") : undefined,
 * });
 * ```
 */
export function definePolicy<const N extends readonly Need[] = [], O = Readonly<Record<string, any>>>(
  definition: PolicyDefinition<O, N>,
): DefinedPolicy {
  const { kind, phase, needs = [], schema, prepare } = definition;
  if (definition.run === undefined && definition.respond === undefined && prepare === undefined)
    throw new TypeError(`the policy '${kind}' does nothing: give it run, respond or prepare`);
  const step: LoadedPolicy["step"] = (given, { operation }) => {
    const options = given as O;
    const handlers: Handlers<O, BodyOf<N>> | undefined =
      prepare === undefined ? definition : prepare(options, operation);
    if (handlers === undefined) return undefined;
    const { run, respond } = handlers;
    const made: Step = { phase, kind, needs };
    if (phase !== "response") {
      if (run === undefined) throw new TypeError(`the policy '${kind}' of the phase ${phase} has no run`);
      return { ...made, run: (call) => settled(run(new PolicyRequest(call), options), earlyReply) };
    }
    if (respond === undefined)
      throw new TypeError(`the policy '${kind}' of the phase response has no respond`);
    return {
      ...made,
      respond: (call, reply) =>
        settled(respond(new PolicyRequest(call), new ReadReply(reply), options), replyChange),
    };
  };
  return { "~policy": { kind, phase, schema, step } };
}

/** The upstream's reply, whose JSON is read when somebody asks. */
class ReadReply implements UpstreamReply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array | undefined;
  #value: unknown;
  constructor({ status, headers, body }: UpstreamReply) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
  get value(): unknown {
    if (this.#value !== undefined || this.body === undefined || this.body.length === 0) return this.#value;
    return isJson(this.headers.get("content-type") ?? "")
      ? (this.#value = parseJson(this.body, DEFAULT_LIMITS.jsonDepth))
      : undefined;
  }
}

function settled<T, R>(value: T | Promise<T>, then: (value: T) => R): R | Promise<R> {
  return isPromise(value) ? (value as Promise<T>).then(then) : then(value as T);
}

function earlyReply(answer: Answer): EarlyReply | undefined {
  if (answer === undefined) return undefined;
  if (answer instanceof Error) throw answer;
  const { body, contentType } = answer;
  const status = checkedStatus(answer.status);
  if (contentType !== undefined) checkField("content-type", contentType);
  if (body === undefined || body === null) return { status, contentType: contentType ?? null, body: null };
  const isText = typeof body === "string";
  const content = isText || body instanceof Uint8Array ? body : JSON.stringify(body);
  const type = isText
    ? "text/plain; charset=utf-8"
    : body instanceof Uint8Array
      ? "application/octet-stream"
      : "application/json";
  return { status, contentType: contentType ?? type, body: content };
}

/** RFC 9110 §15: an interim status is no answer. */
function checkedStatus(status: unknown): number {
  if (Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599)
    return status as number;
  throw new TypeError(`A policy gave the status ${String(status)}: a reply has one from 200 to 599`);
}

function replyChange(change: Change): ReplyChange | undefined {
  if (change === undefined) return undefined;
  const { status, body } = change;
  return {
    ...(status === undefined ? {} : { status: checkedStatus(status) }),
    ...(body === undefined ? {} : { body: bytesOf(body) }),
  };
}

const encoder = new TextEncoder();

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return encoder.encode(typeof body === "string" ? body : JSON.stringify(body));
}
