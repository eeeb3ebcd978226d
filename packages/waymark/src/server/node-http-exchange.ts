import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { Exchange } from "../http/exchange.ts";
import { isFraming } from "../http/framing.ts";
import { HttpError } from "../http/http-error.ts";
import { cancelPieces, isPieces, type PayloadPieces, promisedLength, Pump } from "../http/pump.ts";
import { isBodiless, lengthFor } from "../http/status.ts";
import { clientFingerprint, isClientVerified } from "../wire/client-fingerprint.ts";
import { hintsOf } from "./early-hints.ts";
import { fieldLines, fieldValue } from "./field-lines.ts";
import { NodeHttpBody } from "./node-http-body.ts";
import type { NodeHttpConnection } from "./node-http-connection.ts";
import type { RequestHead } from "./request-head.ts";

const NO_BYTES = new Uint8Array(0);
/** An unread body up to this size is discarded and the connection kept; a larger one costs more than a new connection. */
const DISCARDABLE = 64 * 1024;

/** What the exchanges of one server share. */
export interface NodeHttpSettings {
  draining: boolean;
}

export class NodeHttpExchange extends Exchange {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly hasBody: boolean;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #head: RequestHead;
  readonly #connection: NodeHttpConnection;
  readonly #settings: NodeHttpSettings;
  /** Expect: 100-continue, and we have not asked for the body yet. */
  #isWaited: boolean;
  #body: NodeHttpBody | undefined;
  #pump: Pump | undefined;
  #isGone = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    head: RequestHead,
    connection: NodeHttpConnection,
    settings: NodeHttpSettings,
    isWaited: boolean,
  ) {
    super();
    this.method = request.method as string;
    this.path = head.path;
    this.search = head.search;
    this.hasBody = head.bodyLength !== 0;
    this.#request = request;
    this.#response = response;
    this.#head = head;
    this.#connection = connection;
    this.#settings = settings;
    this.#isWaited = isWaited;
  }

  get scheme(): "http" | "https" {
    return (this.#connection.socket as Partial<TLSSocket>).encrypted === true ? "https" : "http";
  }
  get remoteAddress(): string | undefined {
    return this.#connection.socket.remoteAddress;
  }
  override get clientFingerprint(): string | undefined {
    return clientFingerprint(this.#connection.socket);
  }
  override get isClientVerified(): boolean {
    return isClientVerified(this.#connection.socket);
  }
  header(name: string): string | undefined {
    if (name === "host" && this.#head.authority !== undefined) return this.#head.authority;
    return fieldValue(this.#request.rawHeaders, name);
  }
  headers(): [name: string, value: string][] {
    const { authority } = this.#head;
    const lines = fieldLines(this.#request.rawHeaders);
    if (authority !== undefined) for (const line of lines) if (line[0] === "host") line[1] = authority;
    return lines;
  }

  protected readBody(limit: number): Uint8Array | Promise<Uint8Array> {
    return this.hasBody ? this.#openBody().read(limit) : NO_BYTES;
  }
  protected readStream(limit: number): AsyncIterable<Uint8Array> {
    return this.#openBody().stream(limit);
  }
  #openBody(): NodeHttpBody {
    return (this.#body ??= new NodeHttpBody(
      this.#request,
      this.#head.bodyLength,
      this.#isWaited
        ? () => {
            this.#isWaited = false;
            this.#response.writeContinue();
          }
        : undefined,
    ));
  }

  /** Called by the connection when the socket has ended. */
  clientGone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#pump?.stop();
    this.#body?.fail(new HttpError(400, "The client went away before the body was complete."));
    this.abort(new DOMException("The client went away", "AbortError"));
  }

  /** Called by the connection when no more of the body can come. False when the body is complete. */
  failBody(error: HttpError): boolean {
    if (this.#request.complete) return false;
    this.#openBody().fail(error);
    return true;
  }

  /** RFC 8297. Node writes no other interim reply by its public API, and HTTP/1.0 knows none (RFC 9110 §15.2). */
  override inform(status: number, lines: string): void {
    if (status !== 103 || this.#isGone || this.#response.headersSent || this.#request.httpVersion !== "1.1")
      return;
    try {
      this.#response.writeEarlyHints(hintsOf(lines));
    } catch {
      // Node has a grammar of links that is narrower than RFC 8288's. Nobody has to hint.
    }
  }

  end(): void | Promise<void> {
    if (this.lines !== "") this.splitLines();
    const { payload, status } = this;
    if (this.#isGone) {
      this.#connection.finish(this);
      this.#connection.hangUp();
      return isPieces(payload) ? cancelPieces(payload) : undefined;
    }
    const bodiless = this.method === "HEAD" || isBodiless(status);
    if (isPieces(payload)) return bodiless ? this.#endWithout(payload) : this.#endInPieces(payload);
    this.#endAtOnce(payload, bodiless);
    return undefined;
  }

  #endAtOnce(payload: string | Uint8Array | null, bodiless: boolean): void {
    // Uint8Array has byteLength of its own; Buffer's knows how long a string becomes.
    const size =
      payload === null
        ? undefined
        : typeof payload === "string"
          ? Buffer.byteLength(payload)
          : payload.byteLength;
    this.#writeHead(size ?? this.#lengthWithoutPayload());
    if (this.#mustLinger()) this.#endLingering(bodiless ? null : payload);
    else if (bodiless || payload === null) this.#response.end();
    else this.#response.end(payload);
    this.#watchEnding();
    this.#connection.finish(this);
  }

  /** HEAD and 304 may tell the length of the body that they leave out (RFC 9110 §8.6). */
  #lengthWithoutPayload(): number | undefined {
    if (this.method === "HEAD" || this.status === 304) return promisedLength(this.fields);
    return 0;
  }

  async #endWithout(pieces: PayloadPieces): Promise<void> {
    this.#endHead();
    await cancelPieces(pieces);
  }
  #endHead(): void {
    this.#writeHead(promisedLength(this.fields));
    if (this.#mustLinger()) this.#endLingering(null);
    else this.#response.end();
    this.#connection.finish(this);
  }

  async #endInPieces(pieces: PayloadPieces): Promise<void> {
    const length = promisedLength(this.fields);
    const response = this.#response;
    this.#writeHead(length);
    // The head travels with the first piece, unless that is not at hand: a client of an event stream waits for the head.
    const hurry = setImmediate(() => response.flushHeaders());
    this.#pump = new Pump({ pieces, length, write: (piece) => this.#writePiece(piece) });
    try {
      await this.#pump.run();
      clearImmediate(hurry);
      if (this.#isGone) return;
      if (this.#mustLinger()) this.#endLingering(null);
      else response.end();
      this.#watchEnding();
    } catch (error) {
      clearImmediate(hurry);
      // An orderly end would say that this was all.
      this.#connection.socket.destroy();
      throw error;
    } finally {
      this.#connection.finish(this);
    }
  }

  #writePiece(piece: Uint8Array | string): void | Promise<void> {
    const response = this.#response;
    // An empty piece would be the last chunk.
    if (piece.length === 0 || response.write(piece)) return undefined;
    // Node 26 gives the socket what was written at the end of the turn.
    setImmediate(() => this.#watchWriting());
    return new Promise((resolve) => {
      response.once("drain", () => {
        this.#connection.watch.end();
        resolve();
      });
    });
  }

  #writeHead(length: number | undefined): void {
    const { fields } = this;
    const head: string[] = [];
    if (this.contentType !== null) head.push("content-type", this.contentType);
    const told = lengthFor(this.status, length);
    if (told !== undefined) head.push("content-length", String(told));
    if (fields !== undefined)
      for (let i = 0; i < fields.length; i += 2) {
        const name = fields[i] as string;
        if (name !== "content-length" && !isFraming(name)) head.push(name, fields[i + 1] as string);
        else if (name === "upgrade" && this.#mustSayUpgrade())
          head.push(name, fields[i + 1] as string, "connection", "upgrade");
      }
    if (this.#settings.draining || this.#connection.closing || this.#isBodyLeft() || this.#asksToClose()) {
      this.#connection.closing = true;
      head.push("connection", "close");
    }
    this.#response.writeHead(this.status, head);
  }

  /** RFC 9110 §15.5.22; to HTTP/1.0 it means nothing (§7.8). */
  #mustSayUpgrade(): boolean {
    return this.status === 426 && this.#request.httpVersion === "1.1";
  }

  /** An application may end the connection by a field of its own; every other use of Connection is the driver's. */
  #asksToClose(): boolean {
    return this.fields !== undefined && this.getField("connection")?.toLowerCase() === "close";
  }

  /** Whether more of the request is to come than is worth waiting for. */
  #isBodyLeft(): boolean {
    if (!this.hasBody || this.#request.complete) return false;
    const { bodyLength } = this.#head;
    return this.#isWaited || bodyLength === -1 || bodyLength > DISCARDABLE;
  }

  /** Closing with unread bytes resets the connection, and the reply may be lost on its way. */
  #mustLinger(): boolean {
    return (
      this.#connection.closing && this.hasBody && !this.#request.complete && this.#response.socket !== null
    );
  }

  #endLingering(payload: string | Uint8Array | null): void {
    const { socket } = this.#connection;
    if (payload === null) this.#response.flushHeaders();
    else this.#response.write(payload);
    socket.end();
    this.#request.resume();
    this.#connection.linger();
  }

  /** Returns whether something of the reply waits to be taken. */
  #watchWriting(): boolean {
    const { socket, watch } = this.#connection;
    if (socket.writableLength === 0) return false;
    watch.begin();
    return true;
  }

  /** Node has set a time-out of its own by the time that it tells of the end. */
  #watchEnding(): void {
    const { socket, watch } = this.#connection;
    if (this.#watchWriting())
      this.#response.once("finish", () => {
        if (socket.writableLength === 0) watch.forget();
      });
  }
}
