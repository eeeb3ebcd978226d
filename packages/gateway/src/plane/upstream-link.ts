import type { Octets, RawSocket, UpgradeOptions } from "waymark/internal";
import type { WireError } from "waymark/wire";
import type { Timeouts } from "../snapshot.ts";

/** A request as it goes to the upstream. */
export interface Outgoing {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** The Host; undefined for the address that is asked. */
  readonly host: string | undefined;
  /** Field lines, each with its line end, without Host and without framing. */
  readonly lines: string;
  /** The whole body, or its pieces and how many bytes they are (undefined: nobody knows); undefined for none. */
  readonly body: Uint8Array | OutgoingPieces | undefined;
  readonly timeouts: Timeouts;
  readonly isUpgrade: boolean;
  /** Makes the client's connection a WebSocket of an application in this process; `lines` go with the handshake. */
  accept?(options: UpgradeOptions, lines: string): Promise<RawSocket>;
}

export interface OutgoingPieces {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly length: number | undefined;
}

/** Hears of a reply, synchronously: `whole` alone, or `begin`, `data` and `done`; `failed` in the place of any. */
export interface Incoming {
  /** @param lines without framing and what belongs to one connection, a Date among them. */
  whole(status: number, lines: string, length: number, octets: Octets): void;
  /** @param length of the body; -1 where only its end tells. */
  begin(status: number, lines: string, length: number): void;
  /** False: wait for `resume`. */
  data(piece: Uint8Array): boolean;
  done(): void;
  failed(error: WireError): void;
  informed(status: number, lines: string): void;
}

/** A request on its way. */
export interface Sent {
  pause(): void;
  resume(): void;
  /** Nothing of it is wanted any more, and nothing more is heard of it. */
  abort(): void;
}

/** The way to one target. */
export interface UpstreamLink {
  /** Nothing of `incoming` is called before it returns. */
  send(outgoing: Outgoing, incoming: Incoming): Sent;
  /** Ends replies that have no end of their own, where this process sends them. */
  endStreams?(): void;
  /** Takes no more requests; those under way end in peace. */
  close(): void | Promise<void>;
}
