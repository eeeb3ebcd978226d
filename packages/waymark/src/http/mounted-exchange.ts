import type { Delivery } from "./delivery.ts";
import type { Exchange } from "./exchange.ts";
import { InnerExchange } from "./inner-exchange.ts";
import type { MountPlace } from "./mounted.ts";
import { Reply, type ReplyContent } from "./reply.ts";
import { upgradeAtEnd } from "./upgrade-at-end.ts";
import type { RawSocket, UpgradeOptions } from "./upgrade.ts";

/** An exchange as a mounted application sees it: the path is what is left of it, and the reply goes to the outer one. */
export class MountedExchange extends InnerExchange {
  readonly path: string;
  readonly #base: string;
  readonly #delivery: Delivery;
  #answer!: (reply: Reply) => void;
  #reply: Reply | undefined;

  constructor(outer: Exchange, { base, path }: MountPlace, delivery: Delivery) {
    super(outer);
    this.path = path;
    this.#base = outer.base + base;
    this.#delivery = delivery;
    this.bodyLimit = outer.bodyLimit;
    this.id = outer.id;
    this.proxies = outer.proxies;
    this.root = outer.root;
    this.onFault = outer.onFault;
    if (outer.upgrade !== undefined) this.upgrade = (options) => this.#upgrade(outer, options);
  }

  override get base(): string {
    return this.#base;
  }

  /** The reply, as soon as `end` was called; without a promise where it was already. */
  get reply(): Reply | Promise<Reply> {
    return this.#reply ?? new Promise((resolve) => (this.#answer = resolve));
  }

  #replyWith(reply: Reply): void {
    this.#reply = reply;
    this.#answer?.(reply);
  }

  /** Whoever lies around this has a say in what goes out with the handshake, as in any reply. */
  #upgrade(outer: Exchange, options: UpgradeOptions): Promise<RawSocket> {
    const upgraded = upgradeAtEnd(outer, options, () => this.#delivery.rest);
    this.#replyWith(new Reply(EMPTY, undefined, linesOf(this.fields ?? [])));
    return upgraded;
  }

  /** What follows a reply inside has to wait until the outer application has sent it. */
  end(): void | Promise<void> {
    const { status, contentType, payload, fields = [] } = this;
    this.#replyWith(new Reply({ kind: "payload", contentType, payload }, status, linesOf(fields)));
    return this.#delivery.sent;
  }
}

const EMPTY: ReplyContent = { kind: "payload", contentType: null, payload: null };

function linesOf(fields: readonly string[]): Record<string, string[]> {
  const lines = Object.create(null) as Record<string, string[]>;
  for (let i = 0; i < fields.length; i += 2) (lines[fields[i]!] ??= []).push(fields[i + 1]!);
  return lines;
}
