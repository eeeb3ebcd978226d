import type { Exchange } from "./exchange.ts";
import { parseForwarded } from "./forwarded.ts";
import { isHost } from "./host.ts";
import { formatIp, parseIp } from "./ip-address.ts";
import { forwardedPrefix } from "./root-path.ts";
import { IpRanges } from "./ip-ranges.ts";

/** Who is asking, as far as it can be known. */
export interface Client {
  /** In its canonical text; undefined where there is no socket. */
  readonly address: string | undefined;
  /** What it speaks. */
  readonly scheme: "http" | "https";
  /** Host and port that it asked for, unchecked. */
  readonly host: string | undefined;
  /** What the proxies took from the beginning of the path; undefined where they say nothing of it. */
  readonly prefix: string | undefined;
}

/** What trusted proxies are believed. */
export interface ForwardedOptions {
  /**
   * Which fields the proxies write: `X-Forwarded-For` and `-Proto`, the default, or `Forwarded` (RFC 7239). The others are not
   * read: a proxy passes on what it does not know, so anybody could write them.
   */
  readonly header?: "x-forwarded" | "forwarded";
  /** Whether the host is forwarded too. Only where the proxies set or remove the field on every request. Default false. */
  readonly host?: boolean;
  /**
   * Whether `X-Forwarded-Prefix` says what the proxies took from the beginning of the path. Only where they set or remove the
   * field on every request. Default false: `rootPath` of the app says it.
   */
  readonly prefix?: boolean;
}

/** What a request looks like to the question who sent it. */
type Asked = Pick<Exchange, "remoteAddress" | "scheme" | "header">;

/** One proxy's word about whom it speaks for. */
export interface Hop {
  /** As written: perhaps with a port, perhaps no address at all. */
  readonly for: string | undefined;
  readonly proto: string | undefined;
  readonly host: string | undefined;
}

/** Proxies that are believed when they say for whom they ask. */
export class TrustedProxies {
  readonly #ranges: IpRanges;
  readonly #hops: (asked: Asked) => readonly Hop[];
  readonly #believesHost: boolean;
  readonly #believesPrefix: boolean;

  /** Throws a `TypeError` for a range that is none (see `IpRanges`). */
  constructor(
    ranges: readonly string[],
    { header = "x-forwarded", host = false, prefix = false }: ForwardedOptions = {},
  ) {
    this.#ranges = new IpRanges(ranges);
    this.#hops = header === "forwarded" ? forwardedHops : separateHops;
    this.#believesHost = host;
    this.#believesPrefix = prefix;
  }

  /**
   * Walks from the peer towards the client as long as each one is trusted: what the first untrusted one claims about others
   * is not believed, so nobody can make up an address. Where a word cannot be read, whoever wrote it is the client.
   */
  clientOf(asked: Asked): Client {
    const { remoteAddress, scheme } = asked;
    const host = asked.header("host");
    // A zone is the operating system's note about an interface of this machine.
    const peer = remoteAddress === undefined ? undefined : parseIp(remoteAddress.split("%", 1)[0]!);
    if (peer === undefined || !this.#ranges.includes(peer))
      return {
        address: peer === undefined ? remoteAddress : formatIp(peer),
        scheme,
        host,
        prefix: undefined,
      };
    const hops = this.#hops(asked);
    let address = peer;
    let trusted: Hop | undefined;
    for (let i = hops.length - 1; i >= 0; i--) {
      trusted = hops[i]!;
      const next = addressOf(trusted.for);
      if (next === undefined) break;
      address = next;
      if (!this.#ranges.includes(next)) break;
    }
    return {
      address: formatIp(address),
      scheme: schemeOf(trusted?.proto) ?? scheme,
      host: (this.#believesHost ? hostOf(trusted?.host) : undefined) ?? host,
      prefix: this.#believesPrefix ? forwardedPrefix(asked.header("x-forwarded-prefix")) : undefined,
    };
  }
}

/**
 * X-Forwarded-For has one word for each proxy. The other fields may, or have only one, which a proxy further out has set and
 * the others passed on; then it holds for all.
 */
function separateHops(asked: Asked): readonly Hop[] {
  const list = (name: string): string[] =>
    asked
      .header(name)
      ?.split(",")
      .map((each) => each.trim()) ?? [];
  const addresses = list("x-forwarded-for");
  const protos = list("x-forwarded-proto");
  const hosts = list("x-forwarded-host");
  const count = Math.max(addresses.length, 1);
  const at = (all: readonly string[], fromEnd: number): string | undefined =>
    all.length === 1 ? all[0] : all[all.length - fromEnd];
  return Array.from({ length: count }, (_, i) => ({
    for: addresses[i],
    proto: at(protos, count - i),
    host: at(hosts, count - i),
  }));
}

function forwardedHops(asked: Asked): readonly Hop[] {
  return parseForwarded(asked.header("forwarded") ?? "").map((each) => ({
    for: each.get("for"),
    proto: each.get("proto"),
    host: each.get("host"),
  }));
}

/** Some proxies add the port; an IPv6 address has brackets then (RFC 7239 §6). */
function addressOf(text: string | undefined): ReturnType<typeof parseIp> {
  if (text === undefined) return undefined;
  const bracketed = /^\[([^\]]*)\](?::[0-9]{1,5})?$/.exec(text);
  if (bracketed !== null) return bracketed[1]!.includes(":") ? parseIp(bracketed[1]!) : undefined;
  return parseIp(/^[0-9.]+:[0-9]{1,5}$/.test(text) ? text.slice(0, text.indexOf(":")) : text);
}

function schemeOf(text: string | undefined): "http" | "https" | undefined {
  const lower = text?.toLowerCase();
  return lower === "http" || lower === "https" ? lower : undefined;
}

function hostOf(text: string | undefined): string | undefined {
  return text !== undefined && isHost(text) ? text : undefined;
}
