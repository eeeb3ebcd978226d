import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import type { Application } from "../http/exchange.ts";
import type { Limits } from "../http/limits.ts";
import { Lane } from "./lane.ts";

/** What listens for connections: first of all Node's own listener, which `http` puts on its servers. */
type ConnectionListener = (this: HttpServer | HttpsServer, socket: Socket) => void;

/**
 * Puts the fast lane before Node's own HTTP/1 server: the server's connections come to the lane first, and what the lane
 * leaves out goes on to the server, which keeps its listener, its time-outs and its account of what it was given.
 *
 * Call it before `server.listen`. Only public API is used. Whoever else listens for connections on the server hears of
 * those that are handed over, and of no other.
 */
export function putLane(server: HttpServer | HttpsServer, application: Application, limits: Limits): Lane {
  const secure = server instanceof TlsServer;
  const event = secure ? "secureConnection" : "connection";
  const listeners = server.listeners(event) as ConnectionListener[];
  server.removeAllListeners(event);
  const lane = new Lane({
    application,
    limits,
    scheme: secure ? "https" : "http",
    handOver(socket, bytes) {
      socket.setTimeout(0);
      socket.pause();
      socket.unshift(bytes);
      for (const listener of listeners) listener.call(server, socket);
      // Without it Node's listener waits for ever.
      socket.resume();
    },
  });
  server.on(event, (socket: Socket) => lane.accept(socket));
  return lane;
}
