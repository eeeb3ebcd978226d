import { HttpError } from "waymark/internal";
import type { Service } from "../snapshot.ts";
import type { LiveTarget } from "../upstream/target-set.ts";
import { hostOf } from "./http1-link.ts";
import { Http2Connection, type Http2Watcher } from "./http2-connection.ts";
import { Http2Request } from "./http2-request.ts";
import { Http2Waiting } from "./http2-waiting.ts";
import type { Incoming, Outgoing, Sent, UpstreamLink } from "./upstream-link.ts";

/** Connections to one address that speaks HTTP/2: few, each with many requests at once. */
export class Http2Link implements UpstreamLink, Http2Watcher {
  readonly #service: Service;
  readonly #target: LiveTarget;
  readonly #connections = new Set<Http2Connection>();
  /** Requests for which no connection had room, in their order. */
  readonly #waiting = new Set<Http2Waiting>();
  #isClosed = false;

  constructor(service: Service, target: LiveTarget) {
    this.#service = service;
    this.#target = target;
  }

  send(outgoing: Outgoing, incoming: Incoming): Sent {
    if (outgoing.isUpgrade)
      throw new HttpError(
        501,
        `The service '${this.#service.name}' speaks HTTP/2: no WebSocket can be had there.`,
      );
    const sent = this.#waiting.size > 0 ? undefined : this.#begun(outgoing, incoming);
    if (sent !== undefined) return sent;
    const { waiting, waitTimeout } = this.#service.upstream.pool;
    return new Http2Waiting(this.#waiting, outgoing, incoming, this.#isClosed ? 0 : waiting, waitTimeout);
  }

  /** Undefined where no connection has room. Throws where none can be made: the files of its TLS may be being replaced. */
  #begun(outgoing: Outgoing, incoming: Incoming): Sent | undefined {
    const connection = this.#free();
    if (connection === undefined) return undefined;
    const { connect: patience } = this.#service.upstream.timeouts;
    const request = new Http2Request(connection, outgoing, incoming, hostOf(this.#target), () =>
      connection.suspect(patience, this),
    );
    connection.begun();
    request.stream.once("close", () => {
      connection.ended(this.#isClosed && this.#waiting.size === 0);
      this.onRoom();
    });
    return request;
  }

  /** A connection with room for one more; a new one where none has, and there may be as many. */
  #free(): Http2Connection | undefined {
    let usable = 0;
    for (const connection of this.#connections) {
      if (connection.hasRoom) return connection;
      if (connection.isUsable) usable++;
    }
    if (this.#isClosed && this.#waiting.size === 0) return undefined;
    // Those that only end what they have begun are in nobody's way; but they are not without number either.
    const { connections } = this.#service.upstream.pool;
    if (usable >= connections || this.#connections.size >= 2 * connections) return undefined;
    const connection = new Http2Connection(this.#service, this.#target, this);
    this.#connections.add(connection);
    return connection;
  }

  onRoom(): void {
    for (const waiting of this.#waiting)
      if (!waiting.begin((outgoing, incoming) => this.#begun(outgoing, incoming))) return;
  }
  onClose(connection: Http2Connection): void {
    this.#connections.delete(connection);
    this.onRoom();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#waiting.size > 0) return;
    for (const { session, streams } of this.#connections) if (streams === 0) session.close();
  }
}
