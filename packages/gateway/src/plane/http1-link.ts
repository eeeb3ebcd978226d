import type { Socket } from "node:net";
import {
  type FieldLines,
  fieldKinds,
  iterated,
  octetsOf,
  Pool,
  type RequestBody,
  type ResponseHandler,
  type ResponseHead,
  type Schedule,
  type WireError,
} from "waymark/wire";
import type { Service, Timeouts } from "../snapshot.ts";
import type { LiveTarget } from "../upstream/target-set.ts";
import { tlsOptions } from "../upstream/tls-options.ts";
import { dateLine } from "./reply-date.ts";
import type { Incoming, Outgoing, Sent, UpstreamLink } from "./upstream-link.ts";

const { CONTENT_LENGTH, DATE, HOP_BY_HOP } = fieldKinds;
const DROPPED = HOP_BY_HOP | CONTENT_LENGTH;

/** Hears of an upgrade, where the request asked for one. */
export interface Upgrading extends Incoming {
  upgraded(status: number, lines: string, socket: Socket, rest: Buffer): void;
}

/** Connections to one address that speaks HTTP/1.1. */
export class Http1Link implements UpstreamLink {
  readonly #pool: Pool;
  readonly #hostLine: string;
  /** By the time-outs of operations, which go with their snapshot: the link may outlive many. */
  readonly #schedules = new WeakMap<Timeouts, Schedule>();

  constructor({ upstream }: Service, target: LiveTarget) {
    const { pool, timeouts, tls } = upstream;
    const { ca, cert, key } = target.secure ? tlsOptions(tls, target.serverName ?? target.host) : {};
    this.#pool = new Pool({
      host: target.host,
      port: target.port,
      ...(target.secure && {
        tls: {
          ...(ca !== undefined && { ca }),
          ...(cert !== undefined && { cert }),
          ...(key !== undefined && { key }),
          servername: tls.serverName ?? target.serverName ?? target.host,
          insecureSkipVerify: !tls.verify,
        },
      }),
      connections: pool.connections,
      queue: pool.waiting,
      wait: pool.waitTimeout,
      idleTimeout: pool.idleTimeout,
      longestIdle: pool.idleTimeout,
      requestsPerConnection: pool.requests ?? 0,
      connectTimeout: timeouts.connect,
      firstByte: timeouts.firstByte,
      bodyIdle: timeouts.idle,
    });
    this.#hostLine = `Host: ${hostOf(target)}\r\n`;
  }

  send(outgoing: Outgoing, incoming: Incoming): Sent {
    const { body, host } = outgoing;
    const head =
      `${outgoing.method} ${outgoing.target} HTTP/1.1\r\n` +
      (host === undefined ? this.#hostLine : `Host: ${host}\r\n`) +
      outgoing.lines +
      framing(outgoing);
    const handler = outgoing.isUpgrade ? new UpgradingHandler(incoming as Upgrading) : new Handler(incoming);
    const sent: RequestBody | undefined =
      body === undefined || body instanceof Uint8Array ? body : iterated(body.pieces, body.length);
    return this.#pool.send(head, sent, handler, this.#scheduleOf(outgoing.timeouts));
  }

  #scheduleOf(timeouts: Timeouts): Schedule {
    let schedule = this.#schedules.get(timeouts);
    if (schedule === undefined) {
      schedule = this.#pool.schedule({ firstByte: timeouts.firstByte, bodyIdle: timeouts.idle });
      this.#schedules.set(timeouts, schedule);
    }
    return schedule;
  }

  close(): void {
    void this.#pool.close();
  }
}

/** What stands in Host for a target by itself. */
export function hostOf({ serverName, host, port, secure }: LiveTarget): string {
  return authorityOf(serverName ?? host, port, secure);
}

/** A name and a port as they stand in addresses. */
export function authorityOf(name: string, port: number, secure: boolean): string {
  const shown = name.includes(":") ? `[${name}]` : name;
  return port === (secure ? 443 : 80) ? shown : `${shown}:${port}`;
}

/** RFC 9110 §8.6: methods that have a meaning for a body say that there is none. */
const EXPECTING_BODY = new Set(["POST", "PUT", "PATCH"]);

function framing({ body, method, isUpgrade }: Outgoing): string {
  if (isUpgrade) return "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n";
  const length = body instanceof Uint8Array ? body.length : body?.length;
  if (body === undefined) return EXPECTING_BODY.has(method) ? "Content-Length: 0\r\n\r\n" : "\r\n";
  return length === undefined ? "Transfer-Encoding: chunked\r\n\r\n" : `Content-Length: ${length}\r\n\r\n`;
}

class Handler implements ResponseHandler {
  protected readonly incoming: Incoming;

  constructor(incoming: Incoming) {
    this.incoming = incoming;
  }
  onWhole(head: ResponseHead, bodyStart: number, bodyEnd: number): void {
    const { fields } = head;
    const octets = bodyStart === bodyEnd ? "" : octetsOf(head.bytes, bodyStart, bodyEnd);
    this.incoming.whole(head.status, linesOf(fields), fields.contentLength, octets);
  }
  onHead(head: ResponseHead): void {
    this.incoming.begin(head.status, linesOf(head.fields), head.fields.contentLength);
  }
  onData(chunk: Buffer): boolean {
    return this.incoming.data(chunk);
  }
  // Trailers end here, as at most proxies: nobody behind them may have asked for any (RFC 9110 §6.5.1).
  onEnd(): void {
    this.incoming.done();
  }
  onError(error: WireError): void {
    this.incoming.failed(error);
  }
  onInformational({ status, fields }: ResponseHead): void {
    this.incoming.informed(status, fields.copy(DROPPED));
  }
}

class UpgradingHandler extends Handler {
  onUpgrade(head: ResponseHead, socket: Socket, rest: Buffer): void {
    (this.incoming as Upgrading).upgraded(head.status, head.fields.copy(DROPPED), socket, rest);
  }
}

function linesOf(fields: FieldLines): string {
  const lines = fields.copy(DROPPED);
  return (fields.kinds & DATE) === 0 ? lines + dateLine() : lines;
}
