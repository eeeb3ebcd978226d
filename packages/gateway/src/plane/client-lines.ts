import { type Exchange, formatIp, isHost, parseIp, TrustedProxies } from "waymark/internal";
import type { RequestFields } from "./request-fields.ts";

/** How the gateway names itself in Via (RFC 9110 §7.6.3). */
const VIA = "Via: 1.1 waymark\r\n";
/** Peers whose lines are kept; most connections ask many times. */
const MOST_KEPT = 4096;

interface Kept {
  readonly host: string;
  readonly scheme: string;
  readonly lines: string;
}

/**
 * Writes the lines that tell the upstream who asks: X-Forwarded-*, Forwarded (RFC 7239) and Via. What a peer claims about
 * others goes on only where the peer is trusted; everybody else's is replaced.
 */
export class ClientLines {
  readonly #ranges: TrustedProxies | undefined;
  readonly #kept = new Map<string, Kept>();

  /** @param trusted addresses and ranges of proxies that are believed. */
  constructor(trusted: readonly string[]) {
    // With no range nobody is: then nothing of it is ever asked.
    this.#ranges = trusted.length === 0 ? undefined : new TrustedProxies(trusted, { host: true });
  }

  /** The client's address in its canonical text; "" where there is no socket. */
  addressOf(exchange: Exchange): string {
    if (this.#ranges !== undefined) return this.#ranges.clientOf(exchange).address ?? "";
    return canonical(exchange.remoteAddress);
  }

  /** The lines for a request whose own lines were read already. */
  linesFor(exchange: Exchange, fields: RequestFields): string {
    if (this.#ranges !== undefined && fields.forwarded !== undefined && this.#isTrusted(exchange))
      return appended(exchange, fields.host, fields.forwarded);
    const { remoteAddress = "", scheme } = exchange;
    const { host } = fields;
    const kept = this.#kept.get(remoteAddress);
    if (kept !== undefined && kept.host === host && kept.scheme === scheme) return kept.lines;
    const lines = linesOf(canonical(remoteAddress), scheme, host);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(remoteAddress, { host, scheme, lines });
    return lines;
  }

  /** Whether the peer is a proxy that is believed. */
  trusts(exchange: Exchange): boolean {
    return this.#ranges !== undefined && this.#isTrusted(exchange);
  }

  /** Who is believed about another is trusted: asked with words that a trusted peer would be believed. */
  #isTrusted({ remoteAddress }: Exchange): boolean {
    const probe = {
      remoteAddress,
      scheme: "http" as const,
      header: (name: string) => (name === "x-forwarded-for" ? "192.0.2.1" : undefined),
    };
    return this.#ranges!.clientOf(probe).address === "192.0.2.1" && canonical(remoteAddress) !== "192.0.2.1";
  }
}

function linesOf(address: string, scheme: string, host: string): string {
  const named = isHost(host) ? host : "";
  return (
    (address === "" ? "" : `X-Forwarded-For: ${address}\r\n`) +
    `X-Forwarded-Proto: ${scheme}\r\n` +
    (named === "" ? "" : `X-Forwarded-Host: ${named}\r\nX-Forwarded-Port: ${portOf(named, scheme)}\r\n`) +
    `Forwarded: ${element(address, scheme, named)}\r\n${VIA}`
  );
}

/** The peer's word goes on, and ours behind it. */
function appended(exchange: Exchange, host: string, forwarded: readonly [string, string][]): string {
  const address = canonical(exchange.remoteAddress);
  const said = (name: string): string | undefined => {
    const values = forwarded.filter(([each]) => each === name).map(([, value]) => value);
    return values.length === 0 ? undefined : values.join(", ");
  };
  const { scheme } = exchange;
  const lines = new Map([
    ["X-Forwarded-Proto", said("x-forwarded-proto") ?? scheme],
    ["X-Forwarded-Host", said("x-forwarded-host") ?? host],
    [
      "X-Forwarded-Port",
      said("x-forwarded-port") ??
        portOf(said("x-forwarded-host") ?? host, said("x-forwarded-proto") ?? scheme),
    ],
    ["X-Forwarded-Prefix", said("x-forwarded-prefix") ?? ""],
    ["X-Forwarded-For", listed(said("x-forwarded-for"), address)],
    // What the peer says there may be its own client's word: it is said anew, by what was judged.
    [
      "Forwarded",
      [...nodesOf(said("x-forwarded-for")), element(address, scheme, isHost(host) ? host : "")].join(", "),
    ],
  ]);
  let text = "";
  for (const [name, value] of lines) if (value !== "") text += `${name}: ${value}\r\n`;
  return text + VIA;
}

const listed = (before: string | undefined, own: string): string =>
  before === undefined || before === "" ? own : `${before}, ${own}`;

/** Those who are said to stand before the peer, as elements of Forwarded. */
function nodesOf(addresses: string | undefined): string[] {
  if (addresses === undefined) return [];
  return addresses
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map((each) => `for=${nodeOf(canonical(each))}`);
}

/** RFC 7239 §6: an IPv6 address is quoted. */
function nodeOf(address: string): string {
  return address === "" ? "unknown" : address.includes(":") ? `"[${address}]"` : address;
}

/** RFC 7239 §4: a host with a port is quoted. */
function element(address: string, scheme: string, host: string): string {
  const node = nodeOf(address);
  const named = host === "" ? "" : `;host=${/^[\w.-]+$/.test(host) ? host : `"${host}"`}`;
  return `for=${node}${named};proto=${scheme}`;
}

function portOf(host: string, scheme: string): string {
  return /:([0-9]+)$/.exec(host)?.[1] ?? (scheme === "https" ? "443" : "80");
}

function canonical(address: string | undefined): string {
  if (address === undefined) return "";
  const parsed = parseIp(address.split("%", 1)[0]!);
  return parsed === undefined ? "" : formatIp(parsed);
}
