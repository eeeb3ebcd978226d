import type { Server, Socket } from "node:net";

/** Connections that have not got through their TLS handshake: a server that closes waits for them, and knows no others of them. */
export class Handshakes {
  /** By the peer: what comes out of a handshake is another socket than what went in, on Node. */
  readonly #open = new Map<string, Socket>();

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      const peer = peerOf(socket);
      this.#open.set(peer, socket);
      socket.once("close", () => {
        if (this.#open.get(peer) === socket) this.#open.delete(peer);
      });
    });
    server.on("secureConnection", (socket: Socket) => void this.#open.delete(peerOf(socket)));
  }

  /** Cuts them. */
  destroy(): void {
    for (const socket of this.#open.values()) socket.destroy();
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
