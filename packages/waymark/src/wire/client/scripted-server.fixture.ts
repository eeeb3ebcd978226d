import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createSecureServer, type TlsOptions } from "node:tls";

/** One connection as the server sees it. */
export interface Peer {
  readonly socket: Socket;
  /** Counts connections from 0. */
  readonly index: number;
  /** All that has come, one character a byte. */
  received: string;
}

/** What a server does when bytes come: `text` is what has come since it last returned. */
export type Script = (peer: Peer, text: string) => void;

export interface ScriptedServer {
  readonly port: number;
  readonly peers: Peer[];
  /** Connections that are open, as the server counts. */
  open(): number;
  readonly server: Server;
  close(): Promise<void>;
}

export interface ScriptedServerOptions {
  readonly secure?: TlsOptions | undefined;
  readonly onConnection?: ((peer: Peer) => void) | undefined;
}

/** A server that does what a script says. */
export async function scriptedServer(
  script: Script,
  { secure, onConnection }: ScriptedServerOptions = {},
): Promise<ScriptedServer> {
  const peers: Peer[] = [];
  const live = new Set<Socket>();
  const accept = (socket: Socket): void => {
    const peer: Peer = { socket, index: peers.length, received: "" };
    peers.push(peer);
    live.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.on("close", () => live.delete(socket));
    socket.on("data", (bytes: Buffer) => {
      const text = bytes.toString("latin1");
      peer.received += text;
      script(peer, text);
    });
    onConnection?.(peer);
  };
  const server = secure === undefined ? createServer(accept) : createSecureServer(secure, accept);
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    peers,
    open: () => live.size,
    server,
    async close() {
      for (const socket of live) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Gives every complete request (told by its empty line) the same answer. */
export function answering(answer: string): Script {
  return ({ socket }, text) => {
    for (let i = 0; i < text.split("\r\n\r\n").length - 1; i++) socket.write(answer, "latin1");
  };
}
