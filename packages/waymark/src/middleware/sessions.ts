import { dependency, type Dependency } from "../dependency.ts";
import type { HandlerContext, Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { Reply } from "../http/reply.ts";
import type { IncomingRequest } from "../http/request.ts";
import type { ResponseHead } from "../http/response.ts";
import { setCookie } from "../http/set-cookie.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import type { Input, OutputOf, Schema } from "../inputs/input.ts";
import { request } from "../inputs/request.ts";
import { response } from "../inputs/response.ts";
import { isPromise } from "../plan/is-promise.ts";
import { kindOf } from "../routing/kind.ts";
import { validate } from "../schema/validate.ts";
import { Secret } from "../security/secret.ts";
import { middleware } from "./middleware.ts";
import { Keeper, NOT_FROM_NOTHING, type ReadData } from "./sessions/keeper.ts";
import { encrypting, signing } from "./sessions/sealer.ts";
import { SessionCookie, type SessionCookieOptions } from "./sessions/session-cookie.ts";
import type { OpenSession, Session, SessionData } from "./sessions/session.ts";
import { requireOf, type Require } from "./sessions/signed-in.ts";
import type { SessionStore } from "./sessions/store.ts";

/** A text, or one that does not slip out. */
export type SessionSecret = string | Secret;

/** Where sessions are kept, how long, and what their cookie is. */
export interface SessionsOptions<S extends Schema = Schema<SessionData, Record<string, unknown>>> {
  /**
   * At least 32 characters from a good generator (`openssl rand -base64 33`), the same in every process. Several while they
   * are changed: the first one signs, all are good.
   */
  readonly secret: SessionSecret | readonly SessionSecret[];
  /** What a session holds. `{}` must fit it, for that is a new session; what no longer fits is a new session too. */
  readonly schema?: S;
  /** Keeps the data on the server, so that it may be large and can be taken back. Default: in the cookie itself. */
  readonly store?: SessionStore;
  /** Hides the data from the browser too (AES-256-GCM); without it, it is signed but readable. Default false. */
  readonly encrypted?: boolean;
  /** Of the cookie. With "__Host-" in front no other host and no plain http can set it. Default "session". */
  readonly name?: string;
  /** Seconds that a session lives after it was last written. Default two weeks. */
  readonly maxAge?: number;
  /** Writes a session whenever it is used, so that it lives as long as somebody comes back in time. Default false. */
  readonly rolling?: boolean;
  /** Fields whose change means other rights, such as `["userId"]`: the session then gets a new id by itself. */
  readonly regenerateOn?: readonly (keyof OutputOf<S> & string)[];
  readonly cookie?: SessionCookieOptions;
  /** Told when the store fails; the client gets 503. Default: one line to `console.error`. */
  readonly onStoreError?: (error: unknown) => void;
}

type SessionInputs = {
  readonly request: Input<"request", IncomingRequest, never>;
  readonly response: Input<"response", ResponseHead, never>;
};

/** Sessions of an application: an input of functions and dependencies, and a middleware where others must see them too. */
export interface Sessions<T> extends Dependency<
  SessionInputs,
  AsyncGenerator<Session<T>, void, void>,
  never
> {
  /**
   * Saves what anything around a route has changed, other middleware and error handlers included. Not needed where only
   * functions and dependencies use the session.
   */
  readonly middleware: Middleware;
  /**
   * Whoever is signed in, as an input or a guard: what `who` makes of a session, and 401 where that is nobody (undefined,
   * null, false, "" or 0). The document shows the cookie at the routes that need it, which those that only take a session
   * do not.
   *
   * ```ts
   * const currentUser = session.required(({ userId }) => userId && users.get(userId));
   * app.get("/me", endpoint({ input: { user: currentUser } }, ({ user }) => user));
   * ```
   */
  readonly required: Require<T>;
  /** The session of a request, for middleware inside of `middleware`. */
  of(context: HandlerContext): Promise<Session<T>>;
}

const DEFAULT_NAME = "session";
const TWO_WEEKS = 14 * 24 * 60 * 60;

/**
 * Sessions by cookie: signed, or encrypted, or with a store behind them. A cookie that is forged, changed, expired or of an
 * older shape is a new session and never an error. It is saved before the reply is sent, where it changed; an error other
 * than an `HttpError` leaves it as it was. Of two requests at once the last one to save wins.
 *
 * ```ts
 * const session = sessions({ secret: process.env.SESSION_SECRET!, schema: z.object({ userId: z.string().optional() }) });
 * const login = endpoint({ input: { session, credentials: body(Credentials) } }, ({ session, credentials }) => {
 *   session.regenerate();
 *   session.set({ userId: userOf(credentials).id });
 * });
 * ```
 */
export function sessions<S extends Schema = Schema<SessionData, Record<string, unknown>>>(
  options: SessionsOptions<S>,
): Sessions<OutputOf<S>> {
  type T = OutputOf<S>;
  const keeper = keeperOf<T>(options as SessionsOptions<any>);
  const opened = new WeakMap<IncomingRequest, Promise<OpenSession<T>>>();
  /** Requests whose session the middleware saves. */
  const surrounded = new WeakSet<IncomingRequest>();

  const open = (of: IncomingRequest): Promise<OpenSession<T>> => {
    const before = opened.get(of);
    if (before !== undefined) return before;
    const session = keeper.open(of);
    opened.set(of, session);
    return session;
  };
  const input = dependency(
    { name: "session", input: { request: request(), response: response() }, cleanup: "before-reply" },
    async function* session(context): AsyncGenerator<Session<T>, void, void> {
      const session = await open(context.request);
      const save = async (): Promise<void> => {
        if (!surrounded.has(context.request)) await keeper.save(session, context);
      };
      try {
        yield session;
      } catch (error) {
        if (isAnswer(error)) await save();
        throw error;
      }
      await save();
    },
  );
  const around = middleware({
    before({ request: of }) {
      surrounded.add(of);
    },
    async after(context) {
      if (options.rolling === true) await open(context.request);
      const session = await opened.get(context.request);
      if (session !== undefined && context.response.status < 500) await keeper.save(session, context);
    },
  });
  const of = async (context: HandlerContext): Promise<Session<T>> => {
    if (!surrounded.has(context.request))
      throw new Error(
        "sessions: app.use(session.middleware) has to stand before the middleware that asks for it",
      );
    return await open(context.request);
  };
  const required = requireOf<T>(input, options.name ?? DEFAULT_NAME);
  return Object.assign(input, { middleware: around, of, required });
}
makesMiddleware(sessions, "sessions({ secret })");

/** Thrown to be the reply, and not by mistake. */
function isAnswer(error: unknown): boolean {
  return error instanceof HttpError || error instanceof Reply || error instanceof Response;
}

function keeperOf<T>(options: SessionsOptions): Keeper<T> {
  const { store, name = DEFAULT_NAME, maxAge = TWO_WEEKS, cookie = {}, encrypted = false } = options;
  if (!Number.isFinite(maxAge) || maxAge <= 0)
    throw new TypeError(`sessions: maxAge is a number of seconds above 0, not ${kindOf(maxAge)}`);
  if (encrypted && store !== undefined)
    throw new TypeError("sessions: with a store there is nothing in the cookie to be encrypted");
  const secrets = checkedSecrets(options.secret);
  checkCookie(name, cookie);
  const sealed = { secrets, purpose: `${store === undefined ? "session" : "session id"} ${name}` };
  return new Keeper<T>({
    sealer: encrypted ? encrypting(sealed) : signing(sealed),
    cookie: new SessionCookie(name, cookie, maxAge),
    store,
    maxAge,
    rolling: options.rolling ?? false,
    regenerateOn: options.regenerateOn ?? [],
    read: reader(options.schema) as ReadData<T>,
    onStoreError: options.onStoreError ?? report,
  });
}

function checkedSecrets(secret: SessionsOptions["secret"]): readonly string[] {
  const all = Array.isArray(secret) ? (secret as readonly SessionSecret[]) : [secret as SessionSecret];
  const secrets = all.map((each) => (each instanceof Secret ? each.reveal() : each));
  const isGood = (each: unknown): boolean => typeof each === "string" && each.length >= 32;
  if (secrets.length > 0 && secrets.every(isGood)) return secrets;
  // Nothing of it is shown.
  throw new TypeError(
    "sessions: secret is a text of 32 characters or more, or several: openssl rand -base64 33 makes one",
  );
}

/** Now, and not at the first sign-in. */
function checkCookie(name: string, cookie: SessionCookieOptions): void {
  const { persistent: _, ...options } = cookie;
  setCookie(name, "", options, true);
}

/** Plain data is an object, whatever is in it. */
function reader(schema: Schema | undefined): ReadData<unknown> {
  if (schema === undefined) return (value) => (isObject(value) ? value : undefined);
  const read = (value: unknown): unknown => {
    const verdict = validate(schema, value);
    return isPromise(verdict) ? verdict.then(dataOf) : dataOf(verdict);
  };
  const empty = read({});
  if (empty === undefined) throw new TypeError(NOT_FROM_NOTHING);
  return read;
}

function dataOf(verdict: { readonly issues?: unknown; readonly value?: unknown }): unknown {
  return verdict.issues === undefined ? verdict.value : undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function report(error: unknown): void {
  console.error("sessions: the store fails; the request was answered with 503.", error);
}
