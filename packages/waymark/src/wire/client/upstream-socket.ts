import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { Origin } from "./pool-options.ts";
import { ReadBuffer } from "./read-buffer.ts";

/** What a socket tells whoever speaks on it. */
export interface SocketListener {
  /** Connected, and with TLS: the certificate holds. */
  onOpen(): void;
  /**
   * Bytes have come, from 0 to `size`.
   * @param mayHaveMore more of them may follow at once, before anything else can happen.
   * @param memory who reads into these bytes again after the call; undefined when they are the listener's to keep.
   */
  onBytes(bytes: Buffer, size: number, mayHaveMore: boolean, memory: ReadBuffer | undefined): void;
  /** The peer has ended its side. */
  onEnd(): void;
  onDrain(): void;
  /** The socket is gone; the last call. */
  onClose(error: Error | undefined): void;
}

/** TLS sessions of an origin, so that only the first connection needs a whole handshake. */
export interface Sessions {
  session: Buffer | undefined;
}

const KEEP_ALIVE_PROBE = 60_000;

/** Runtimes whose sockets do not read into memory of the caller's. */
const READS_BY_ITSELF = "Bun" in globalThis || "Deno" in globalThis;

/** A socket to an origin, and its listener for as long as it has one. */
export class UpstreamSocket {
  readonly socket: Socket;
  readonly isSecure: boolean;
  #listener: SocketListener | undefined;
  #error: Error | undefined;
  #isPaused = false;

  constructor(origin: Origin, sessions: Sessions, listener: SocketListener) {
    this.#listener = listener;
    this.isSecure = origin.tls !== undefined;
    this.socket =
      origin.tls === undefined ? this.#connect(origin) : this.#connectSecurely(origin, origin.tls, sessions);
    const { socket } = this;
    socket.on("end", this.#onEnd);
    socket.on("drain", this.#onDrain);
    socket.on("error", this.#onError);
    socket.on("close", this.#onClose);
  }

  #connect(origin: Origin): Socket {
    const memory = new ReadBuffer();
    const place = placeOf(origin);
    const common = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_PROBE };
    if (READS_BY_ITSELF) {
      const socket = connect({ ...place, ...common });
      return socket.on("connect", this.#onOpen).on("data", this.#onData);
    }
    const onread = {
      buffer: memory.next,
      callback: (size: number, bytes: Uint8Array): boolean => {
        const buffer = bytes as Buffer;
        const mayHaveMore = memory.filled(buffer, size);
        // Somebody else has the socket, and reads it as a stream.
        if (this.#listener === undefined) return this.socket.push(memory.own(buffer, 0, size));
        this.#listener.onBytes(buffer, size, mayHaveMore, memory);
        return true;
      },
    };
    return connect({ ...place, ...common, onread }).on("connect", this.#onOpen);
  }

  #connectSecurely(origin: Origin, tls: NonNullable<Origin["tls"]>, sessions: Sessions): TLSSocket {
    const { insecureSkipVerify = false, servername = origin.host ?? "localhost", ...rest } = tls;
    const options: ConnectionOptions = {
      ...rest,
      ...placeOf(origin),
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: !insecureSkipVerify,
    };
    // RFC 6066 §3: an address is not a server name; the certificate is held against it all the same.
    if (isIP(servername) === 0) options.servername = servername;
    if (sessions.session !== undefined) options.session = sessions.session;
    const socket = connectSecurely(options);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_PROBE);
    socket.on("session", (session) => (sessions.session = session));
    return socket.on("secureConnect", this.#onOpen).on("data", this.#onData);
  }

  /** Lets the peer wait with what it sends, or go on. */
  pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.socket.pause();
    else this.socket.resume();
  }

  /** The socket goes to somebody else: a stream, paused, with no listeners of ours. */
  release(): Socket {
    const { socket } = this;
    this.#listener = undefined;
    socket.pause();
    socket.off("connect", this.#onOpen);
    socket.off("secureConnect", this.#onOpen);
    socket.off("data", this.#onData);
    socket.off("end", this.#onEnd);
    socket.off("drain", this.#onDrain);
    socket.off("error", this.#onError);
    socket.off("close", this.#onClose);
    return socket;
  }

  readonly #onOpen = (): void => this.#listener?.onOpen();
  /** One read of a TLS socket may give several of these in turn. */
  readonly #onData = (bytes: Buffer): void => this.#listener?.onBytes(bytes, bytes.length, true, undefined);
  readonly #onEnd = (): void => this.#listener?.onEnd();
  readonly #onDrain = (): void => this.#listener?.onDrain();
  readonly #onError = (error: Error): void => void (this.#error ??= error);
  readonly #onClose = (): void => this.#listener?.onClose(this.#error);
}

function placeOf({ host, port, path }: Origin): { path: string } | { host: string; port: number } {
  return path === undefined ? { host: host ?? "localhost", port: port ?? 80 } : { path };
}
