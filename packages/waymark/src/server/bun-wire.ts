import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createSecureServer } from "node:tls";
import { Lane } from "../wire/lane.ts";
import type { Driver, ListenOptions, TlsConfiguration } from "./driver.ts";
import { Handshakes } from "./handshakes.ts";
import { NodeHttpServer } from "./node-http.ts";
import { sweepUntil } from "./sweep-until.ts";

/**
 * The fast lane on Bun: on a listener of its own, since Bun's `node:http` reads connections before anybody sees them. What
 * is rare goes to that server all the same. It takes connections that it has not accepted, and keeps no time-outs for them.
 */
export const bunWireDriver: Driver = {
  async listen(application, options) {
    const { limits, tls } = options;
    const rest = new NodeHttpServer(application, { ...options, tls: undefined }, limits);
    await rest.prepare();
    const lane = new Lane({
      application,
      limits,
      scheme: tls === undefined ? "http" : "https",
      handOver(socket, bytes) {
        socket.setTimeout(0);
        socket.pause();
        rest.take(socket);
        socket.unshift(bytes);
        socket.resume();
      },
    });
    const accept = (socket: Socket): void => lane.accept(socket);
    const listener =
      tls === undefined
        ? createServer({ allowHalfOpen: true, noDelay: true }, accept)
        : createSecureServer(secureOptions(tls), accept);
    const handshakes = tls === undefined ? undefined : new Handshakes(listener);
    await listening(listener, options);
    const { address, port } = listener.address() as AddressInfo;
    const closing = (): Promise<void> => new Promise((resolve) => void listener.close(() => resolve()));
    return {
      address,
      port,
      drain() {
        lane.drain();
        rest.drain();
      },
      handOver: () => void listener.close(),
      async close() {
        const closed = closing();
        lane.retire();
        rest.retire();
        await sweepUntil(closed, () => {
          handshakes?.destroy();
          lane.retire();
          rest.endIdle();
        });
        await Promise.all([lane.settled(), rest.settled()]);
      },
      destroy() {
        handshakes?.destroy();
        lane.destroy();
        rest.destroy();
      },
    };
  },
};

/** What `node:https` listens with unless told otherwise. */
function secureOptions(tls: TlsConfiguration): TlsConfiguration {
  const protocols = tls.ALPNCallback === undefined && { ALPNProtocols: ["http/1.1"] };
  return { allowHalfOpen: true, noDelay: true, ...protocols, ...tls };
}

function listening(listener: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once("error", reject);
    listener.listen({ host, port }, () => {
      listener.off("error", reject);
      resolve();
    });
  });
}
