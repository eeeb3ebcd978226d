import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import type { RawListener, RawSocket, UpgradeOptions } from "waymark/internal";
import { Forwarding } from "./forwarding.ts";
import type { Upgrading } from "./http1-link.ts";
import { replyLines } from "./reply-lines.ts";
import { lineEntries } from "./request-fields.ts";

/** Milliseconds without a byte in either direction: WebSockets that are alive ping. */
const MOST_IDLE = 300_000;
/** The same after one side has ended: a WebSocket has no half that goes on by itself (RFC 6455 §7.1.1). */
const MOST_IDLE_AT_END = 5000;

/** A request for a WebSocket: what the upstream agrees to becomes a tunnel, whose bytes nobody here reads. */
export class Tunnelling extends Forwarding implements Upgrading {
  #ends: readonly Duplex[] = [];
  #socket: RawSocket | undefined;

  override get isUpgrade(): boolean {
    return true;
  }

  /** The upstream has changed the protocol. */
  upgraded(status: number, lines: string, upstream: Socket, rest: Buffer): void {
    if (this.isOver) return void upstream.destroy();
    let own: string;
    try {
      own = this.#agreed(status, lines);
    } catch {
      return void upstream.destroy();
    }
    const { socket: client, early } = this.exchange.takeConnection!();
    this.#ends = [client, upstream];
    const head = `HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n${own}\r\n`;
    client.write(head, "latin1");
    if (rest.length > 0) client.write(rest);
    if (early.length > 0) upstream.write(early);
    this.#join(client, upstream);
    this.#join(upstream, client);
    let open = 2;
    const closed = (): void => {
      this.close();
      if (--open === 0) this.finish("ok");
    };
    // What is written to one end was read from the other: one clock is enough.
    upstream.setTimeout(MOST_IDLE, () => this.close());
    for (const end of this.#ends) end.once("end", () => upstream.setTimeout(MOST_IDLE_AT_END));
    client.on("close", closed);
    upstream.on("close", closed);
    if (client.destroyed) this.close();
  }

  /** An application in this process agrees: it speaks with the client by itself. */
  async accept(options: UpgradeOptions, lines: string): Promise<RawSocket> {
    const { exchange } = this;
    if (this.isOver) throw new DOMException("Nobody waits for it any more", "AbortError");
    const own = this.#agreed(101, lines);
    try {
      for (const [name, value] of lineEntries(own)) if (name !== "date") exchange.appendField(name, value);
      const socket = await exchange.upgrade!(options);
      this.#socket = socket;
      return watched(socket, () => this.finish("ok"));
    } catch (error) {
      this.finish("aborted");
      throw error;
    }
  }

  /**
   * The lines of a handshake that has come to its end. Throws, and has answered the client, where a policy set what HTTP cannot
   * carry.
   */
  #agreed(status: number, lines: string): string {
    try {
      const own = replyLines(lines, this.route, this.call);
      this.handOver(status);
      return own;
    } catch (error) {
      this.refuse(error);
      throw error;
    }
  }

  /** Bytes of one end go to the other, as fast as that takes them, and so does the end. */
  #join(from: Duplex, to: Duplex): void {
    from.on("error", ignore);
    from.on("data", (bytes: Buffer) => {
      if (!to.destroyed && !to.write(bytes)) from.pause();
    });
    to.on("drain", () => from.resume());
    from.on("end", () => to.end());
    from.resume();
  }

  /** Cuts both ends. */
  close(): void {
    for (const end of this.#ends) end.destroy();
    this.#socket?.close(1001, "");
  }
}

/** The same socket; `onClosed` is called when it has ended. */
function watched(socket: RawSocket, onClosed: () => void): RawSocket {
  return {
    get buffered() {
      return socket.buffered;
    },
    listen: (listener: RawListener) =>
      socket.listen({
        onMessage: (message) => listener.onMessage(message),
        onPong: () => listener.onPong(),
        onGoingAway: () => listener.onGoingAway(),
        onClose(code, reason) {
          onClosed();
          listener.onClose(code, reason);
        },
      }),
    send: (message, taken) => socket.send(message, taken),
    ping: () => socket.ping(),
    pause: (isPaused) => socket.pause(isPaused),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}

function ignore(): void {
  // "close" follows and says all that matters.
}
