import { type ClientHttp2Session, connect } from "node:http2";
import { connect as connectPlainly, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { Service } from "../snapshot.ts";
import type { LiveTarget } from "../upstream/target-set.ts";
import { tlsOptions } from "../upstream/tls-options.ts";
import { Http2Socket } from "./http2-socket.ts";

/** Streams on a connection whose other end has not said yet how many it takes (RFC 9113 §6.5.2 recommends so many). */
const STREAMS = 100;

export class ConnectTimeout extends Error {}

/** What becomes of a connection. */
export interface Http2Watcher {
  /** It may take more requests than before. */
  onRoom(): void;
  onClose(connection: Http2Connection): void;
}

/** One connection to an upstream that speaks HTTP/2. */
export class Http2Connection {
  readonly session: ClientHttp2Session;
  readonly isSecure: boolean;
  /** It was made. */
  isOpen = false;
  /** Requests under way. */
  streams = 0;
  /** A reply has come on it. */
  hasAnswered = false;
  /** The last stream that the other end has looked at or may have, once it has said farewell (RFC 9113 §6.8). */
  lastStream: number | undefined = undefined;
  readonly #socket: Socket;
  #most = STREAMS;
  #isClosing = false;
  /** Whether anybody is there: the answer is awaited. */
  #isAsked = false;

  constructor({ upstream }: Service, target: LiveTarget, watcher: Http2Watcher) {
    const { timeouts, tls, pool } = upstream;
    const { host, port, secure, serverName } = target;
    const shown = host.includes(":") ? `[${host}]` : host;
    const socket = secure
      ? connectSecurely({ host, port, ...tlsOptions(tls, serverName ?? host), ALPNProtocols: ["h2"] })
      : connectPlainly({ host, port });
    const session = connect(`${secure ? "https" : "http"}://${shown}:${port}`, {
      createConnection: () => new Http2Socket(socket, secure),
      settings: { enablePush: false },
    });
    this.#socket = socket;
    this.session = session;
    this.isSecure = secure;
    const slow = setTimeout(() => this.cut(new ConnectTimeout()), timeouts.connect);
    socket.once(secure ? "secureConnect" : "connect", () => {
      clearTimeout(slow);
      this.isOpen = true;
      session.setTimeout(pool.idleTimeout, () => {
        if (this.streams === 0) session.close();
      });
    });
    session.on("remoteSettings", ({ maxConcurrentStreams = Infinity }) => {
      this.#most = maxConcurrentStreams;
      watcher.onRoom();
    });
    session.on("goaway", (_code, last) => {
      this.#isClosing = true;
      this.lastStream = last;
    });
    // Each of its requests hears of it by itself.
    session.on("error", () => undefined);
    session.once("close", () => {
      clearTimeout(slow);
      watcher.onClose(this);
    });
  }

  /** Whether it serves anybody besides those that it serves. One of which nobody knows whether it is there does not. */
  get isUsable(): boolean {
    const { session } = this;
    return !this.#isClosing && !this.#isAsked && !session.closed && !session.destroyed;
  }
  get hasRoom(): boolean {
    return this.streams < this.#most && this.isUsable;
  }

  begun(): void {
    this.streams++;
    this.#socket.ref();
  }
  /** @param isLast nothing is to come after those that are under way. */
  ended(isLast: boolean): void {
    if (--this.streams > 0) return;
    if (isLast || this.#isClosing) this.session.close();
    else this.#socket.unref();
  }

  /** Takes no more requests. */
  retire(): void {
    this.#isClosing = true;
  }

  /**
   * Asks whether anybody is there any more, after a request without an answer: what the network loses without a word is sent
   * again ever more seldom, for a quarter of an hour, and every request on this connection would wait for that. Who does not
   * answer a PING (RFC 9113 §6.7) is given up.
   *
   * @param patience milliseconds that it has to answer.
   */
  suspect(patience: number, watcher: Http2Watcher): void {
    const { session } = this;
    if (this.#isAsked || !this.isOpen || session.destroyed) return;
    this.#isAsked = true;
    const late = setTimeout(() => this.cut(), patience);
    session.ping(() => {
      clearTimeout(late);
      this.#isAsked = false;
      watcher.onRoom();
    });
  }

  /** Ends it at once, whatever it is doing. A session that is destroyed while it connects leaves its socket behind, for minutes. */
  cut(error?: Error): void {
    this.session.destroy(error);
    this.#socket.destroy();
  }
}
