import type { Duplex } from "node:stream";

/** What a handshake agrees on. */
export interface UpgradeOptions {
  /** The subprotocol that was chosen among those that the client offers; undefined sends none. */
  readonly protocol: string | undefined;
  /** Bytes of one message, after decompression; more closes with 1009. */
  readonly maxMessage: number;
  /** Offers permessage-deflate (RFC 7692). */
  readonly compress: boolean;
}

/** A WebSocket as a runtime has it. What is done with one that is closed does nothing. */
export interface RawSocket {
  /** Bytes that were sent and that the peer has not taken. */
  readonly buffered: number;
  /** Says who hears of messages and of the end. Call it once, in the turn in which the socket was given. */
  listen(listener: RawListener): void;
  /** Calls `taken` once: when the system has taken the message, or when nobody will any more. */
  send(message: string | Uint8Array, taken?: () => void): void;
  ping(): void;
  /** Lets the peer wait with what it sends, or go on. */
  pause(isPaused: boolean): void;
  /** Starts the closing handshake; a peer that does not answer is cut off shortly. */
  close(code: number, reason: string): void;
  /** Cuts the connection. */
  terminate(): void;
}

export interface RawListener {
  /** A whole message: text, or bytes. */
  onMessage(message: string | Uint8Array): void;
  /** The peer gave a sign of life. */
  onPong(): void;
  /** The server closes: its sockets are to be closed with 1001. */
  onGoingAway(): void;
  /** The connection is gone, for whatever reason; the last call. 1006 stands for an end without a closing handshake. */
  onClose(code: number, reason: string): void;
}

/** A connection that speaks HTTP no more: whoever took it reads, writes and ends it. */
export interface RawConnection {
  /** Paused. Only what listens for its end by itself hears of that. */
  readonly socket: Duplex;
  /** What the client has sent behind its request. */
  readonly early: Uint8Array;
}
