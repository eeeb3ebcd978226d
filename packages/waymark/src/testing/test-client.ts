import type { App } from "../app.ts";
import type { AnyDependency, Dependency } from "../dependency.ts";
import type { WebSocketFactory } from "../client/socket.ts";
import { CookieJar } from "./cookie-jar.ts";
import { EventReader, type EventsOptions } from "./event-reader.ts";
import { Faults } from "./faults.ts";
import { MemoryWebSocket } from "./memory-web-socket.ts";
import type { TestClientOptions, TestRequest } from "./options.ts";
import { Overrides } from "./overrides.ts";
import { redirected, redirectsOf } from "./redirects.ts";
import { retain, type Retained } from "./retain.ts";
import { sendInProcess } from "./send.ts";
import { openTestSocket, type SocketOptions, type TestSocket } from "./test-socket.ts";
import { targetOf, writtenRequest, type WrittenTarget } from "./written-request.ts";
import type { Schema } from "../inputs/input.ts";

export { Overrides } from "./overrides.ts";

/** What is asked of an application that is tested. */
export type TestedApp = Pick<
  App,
  "limits" | "handle" | "upgrade" | "override" | "endStreams" | "stop" | "~prepare" | "~seals"
>;

type Verb = (path: string, request?: TestRequest) => Promise<Response>;

/**
 * Starts an application and gives a client for it, without a socket: what is asked goes through everything else, in this
 * process. When the client is disposed of, the application stops (with the last of its clients), unless it ran before.
 *
 * ```ts
 * await using client = await testClient(app);
 * const added = await client.post("/items", { json: { name: "Compass" } });
 * ```
 *
 * Rejects with a `StartUpError`, or with what an app-scope dependency threw.
 */
export async function testClient(app: TestedApp, options: TestClientOptions = {}): Promise<TestClient> {
  const base = baseOf(options.baseUrl);
  return new TestClient(app, base, options, await retain(app));
}

/** A client of one application, with cookies of its own. */
export class TestClient implements AsyncDisposable {
  /** What the application has set, and what is put in by hand. */
  readonly cookies: CookieJar;
  readonly #app: TestedApp;
  readonly #base: URL;
  readonly #options: TestClientOptions;
  readonly #retained: Retained;
  /** Sockets and event streams that are open, and overrides: ended with the client. */
  readonly #ends = new Set<() => void | Promise<void>>();
  #isOver = false;

  /** @internal */
  constructor(app: TestedApp, base: URL, options: TestClientOptions, retained: Retained) {
    this.#app = app;
    this.#base = base;
    this.#options = options;
    this.#retained = retained;
    this.cookies = new CookieJar(base);
  }

  readonly get: Verb = (path, request) => this.#ask("GET", path, request);
  readonly post: Verb = (path, request) => this.#ask("POST", path, request);
  readonly put: Verb = (path, request) => this.#ask("PUT", path, request);
  readonly patch: Verb = (path, request) => this.#ask("PATCH", path, request);
  readonly delete: Verb = (path, request) => this.#ask("DELETE", path, request);
  readonly head: Verb = (path, request) => this.#ask("HEAD", path, request);
  readonly options: Verb = (path, request) => this.#ask("OPTIONS", path, request);

  /**
   * Sends a request: `client.request("POST /items", { json: { name: "Compass" } })`. Resolves when the reply is there and
   * its tasks and clean-ups are done; a reply that streams is given as it begins.
   *
   * Rejects with what the application did not handle (see `throwErrors`), and with the signal's reason.
   */
  async request(where: string, request: TestRequest = {}): Promise<Response> {
    const most = redirectsOf(request.followRedirects ?? this.#options.followRedirects);
    let target = targetOf(where, request, this.#base);
    let asked = request;
    for (let followed = 0; ; followed++) {
      const response = await this.#send(target, asked);
      if (most === 0) return response;
      const next = redirected(response, target, asked);
      if (next === undefined) return response;
      if (followed === most)
        throw new Error(
          `${where} was redirected more than ${most} times, at last to ${next.target.url.pathname}`,
        );
      await response.body?.cancel();
      ({ target, request: asked } = next);
    }
  }

  /** Answers like `fetch`: `createClient(contracts, { app: client })` of `waymark/client` is asked through here. */
  readonly fetch = async (request: Request): Promise<Response> => {
    const { method, url, headers, body, signal, redirect } = request;
    return await this.request(`${method} ${url}`, {
      headers,
      signal,
      followRedirects: redirect === "follow",
      ...(body === null ? {} : { body }),
    });
  };

  /** The same for sockets: the option `webSocket` of `createClient`. */
  readonly webSocket: WebSocketFactory = (url, { protocols, headers }) => {
    const socket = new MemoryWebSocket();
    // Nobody waits: whoever asked hears of it by events.
    this.#connect(socket, url, { protocols, headers }).catch(() => socket.fail());
    return socket;
  };

  /**
   * Follows a stream of server-sent events (WHATWG HTML §9.2), which is asked for when it is first read.
   *
   * ```ts
   * for await (const { id, event, data } of client.events("/prices", { data: Price })) …
   * ```
   */
  events<S extends Schema = never>(where: string, options: EventsOptions<S> = {}): EventReader<S> {
    const { lastEventId, data, timeout = this.#timeout, ...request } = options;
    const gone = new AbortController();
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (lastEventId !== undefined) headers["last-event-id"] = lastEventId;
    for (const [name, value] of new Headers(request.headers ?? {})) headers[name] = value;
    const signal =
      request.signal === undefined ? gone.signal : AbortSignal.any([gone.signal, request.signal]);
    const reader = new EventReader<S>(
      () => this.request(where, { ...request, headers, signal }),
      gone,
      data,
      timeout,
    );
    this.#ends.add(() => reader.close());
    return reader;
  }

  /**
   * Opens a WebSocket: `const room = await client.socket("/rooms/lobby?name=ada")`. Rejects with a `SocketRefused`, which
   * has the reply, where the application answers otherwise.
   */
  async socket(path: string, options: SocketOptions = {}): Promise<TestSocket> {
    const socket = new MemoryWebSocket();
    const { timeout = this.#timeout } = options;
    return await openTestSocket(socket, () => this.#connect(socket, path, options), timeout);
  }

  /**
   * Puts another dependency, or a function, in the place of a dependency, until what it returns is disposed of; `and` puts
   * further ones. What is left is undone with the client.
   *
   * ```ts
   * using _ = client.override(currentUser, () => ada).and(clock, () => noon);
   * ```
   */
  override<T>(
    dependency: AnyDependency & Pick<Dependency<{}, T>, "~value">,
    replacement: AnyDependency | (() => NoInfer<T> | Promise<NoInfer<T>>),
  ): Overrides {
    const overrides = new Overrides(this.#app);
    this.#ends.add(() => overrides[Symbol.dispose]());
    return overrides.and(dependency, replacement);
  }

  /** Ends what is still open, then the application. Does nothing the second time. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    const ends = [...this.#ends].toReversed();
    this.#ends.clear();
    for (const end of ends) await end();
    await this.#retained.release();
  }

  get #timeout(): number {
    return this.#options.timeout ?? 5000;
  }

  async #prepare(): Promise<void> {
    // It would start the application again, and nobody would be left to stop it.
    if (this.#isOver) throw new Error("this client has ended: await what is asked before its block is left");
    await this.#app["~prepare"]();
  }

  #ask(method: string, path: string, request: TestRequest = {}): Promise<Response> {
    return this.request(`${method} ${path}`, request);
  }

  async #send(target: WrittenTarget, request: TestRequest): Promise<Response> {
    await this.#prepare();
    const { where, sent } = writtenRequest(target, request, this.#options, this.cookies);
    const throwErrors = request.throwErrors ?? this.#options.throwErrors ?? true;
    const faults = throwErrors ? new Faults() : undefined;
    const response = await sendInProcess(this.#app, where, sent, faults);
    this.#keepCookies(response.headers.getSetCookie(), target.url);
    faults?.throw();
    return response;
  }

  async #connect(socket: MemoryWebSocket, path: string, options: SocketOptions): Promise<void> {
    await this.#prepare();
    const { protocols = [], timeout: _, throwErrors, ...request } = options;
    const target = targetOf(`GET ${path.replace(/^ws/, "http")}`, request, this.#base);
    const { where, sent } = writtenRequest(target, request, this.#options, this.cookies);
    this.#ends.add(() => socket.leave());
    const wanted = { protocols, throwErrors: throwErrors ?? this.#options.throwErrors ?? true };
    const fields = await socket.connect(this.#app, where, sent, wanted);
    this.#keepCookies(fields.getSetCookie(), target.url);
  }

  #keepCookies(fields: readonly string[], url: URL): void {
    for (const field of fields) this.cookies.take(field, url);
  }
}

function baseOf(given: string | URL = "http://localhost"): URL {
  const base = URL.canParse(String(given)) ? new URL(given) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol))
    throw new TypeError(`baseUrl is a URL of http or https, not ${JSON.stringify(String(given))}`);
  return base;
}
