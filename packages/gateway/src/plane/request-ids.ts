import { randomUUID } from "node:crypto";
import type { Exchange } from "waymark/internal";
import type { ClientLines } from "./client-lines.ts";
import type { GatewayCall } from "./gateway-call.ts";

/** What is taken from a proxy that is trusted: it goes into logs, and back to the client. */
const PLAIN = /^[\w.:/+=@-]{1,128}$/;

/** Gives every request a name, for the service, the client and the access log. */
export class RequestIds {
  readonly #name: string;
  readonly #clients: ClientLines;

  /** @param name of the field, in whatever case. */
  constructor(name: string, clients: ClientLines) {
    this.#name = name.toLowerCase();
    this.#clients = clients;
  }

  put(call: GatewayCall): void {
    const id = this.#sent(call.exchange) ?? randomUUID();
    call.upstreamHeaders.set(this.#name, id);
    call.replyHeaders.set(this.#name, id);
    call.log["requestId"] = id;
  }

  /** A client could give many requests one name, or one that is somebody else's. */
  #sent(exchange: Exchange): string | undefined {
    const sent = exchange.header(this.#name);
    return sent !== undefined && PLAIN.test(sent) && this.#clients.trusts(exchange) ? sent : undefined;
  }
}
