import type { Exchange } from "waymark/internal";
import type { Operation, Service, Snapshot } from "../snapshot.ts";
import type { LiveTarget } from "../upstream/target-set.ts";
import { authorityOf, hostOf } from "./http1-link.ts";
import { lineValue } from "./request-fields.ts";
import type { Route } from "./route.ts";

/** What stands before paths at the upstream, and before the same paths here. */
export interface Moved {
  readonly from: string;
  readonly to: string;
}

/** A request that was answered: what was sent, and who answers. */
export interface Answered {
  readonly exchange: Exchange;
  readonly route: Route;
  readonly chosen: LiveTarget | undefined;
  /** Path and query, Host and field lines as the upstream got them. */
  readonly target: string;
  readonly host: string | undefined;
  readonly lines: string;
}

/** Whether the gateway has anything at a path. */
export interface Serving {
  serves(exchange: Exchange, path: string): boolean;
}

/** An address that the document of a service knows of. */
interface KnownAddress extends Moved {
  readonly scheme: string;
  readonly authority: string;
}

/** Where redirections of an operation may lead. */
export interface Places {
  readonly moves: readonly Moved[];
  readonly addresses: readonly KnownAddress[];
}

/** Of each operation, by its service: most services are in one place, and share what there is to say of it. */
export function placesOf({ operations, services }: Snapshot): (operation: Operation) => Places {
  const addresses = new Map(Object.values(services).map((service) => [service.name, knownOf(service)]));
  const moves = new Map<string, Moved[]>();
  for (const { service, moved } of operations) {
    if (moved === undefined) continue;
    const known = moves.get(service);
    if (known === undefined) moves.set(service, [moved]);
    else if (!known.some((each) => isSame(each, moved))) known.push(moved);
  }
  return ({ service, moved }) => {
    const all = moves.get(service) ?? [];
    const others = moved === undefined ? all : all.filter((each) => !isSame(each, moved));
    return {
      moves: others.length === all.length ? all : [moved!, ...others],
      addresses: addresses.get(service) ?? [],
    };
  };
}

const isSame = (a: Moved, b: Moved): boolean => a.from === b.from && a.to === b.to;

function knownOf({ addresses = [] }: Service): KnownAddress[] {
  return addresses.map(({ url, prefix }) => {
    const { protocol, host, pathname } = new URL(url);
    const from = pathname === "/" ? "" : pathname;
    return { scheme: protocol.slice(0, -1), authority: host, from, to: prefix };
  });
}

/** RFC 9110 §10.2.2, §8.7: only what follows a redirection or a creation leads anywhere. */
export function mayLead(status: number): boolean {
  return status === 201 || (status >= 300 && status < 400);
}

/**
 * The lines of a reply with Location and Content-Location as clients can follow them: an address of the upstream's becomes a
 * path, and a path there becomes the one that stands for it here. What leads elsewhere stays as it is.
 */
export function withLocations(lines: string, answered: Answered, serving: Serving): string {
  let kept = "";
  /** Where the run of lines begins that stay as they are. */
  let from = 0;
  for (let start = 0; start < lines.length;) {
    const colon = lines.indexOf(":", start);
    const end = lines.indexOf("\r\n", colon);
    if (isLocation(lines, start, colon)) {
      const value = lines.slice(colon + 1, end).trim();
      const moved = locationFor(value, answered, serving);
      if (moved !== value) {
        kept += `${lines.slice(from, colon)}: ${moved}`;
        from = end;
      }
    }
    start = end + 2;
  }
  return from === 0 ? lines : kept + lines.slice(from);
}

function isLocation(lines: string, start: number, colon: number): boolean {
  const length = colon - start;
  if (length !== 8 && length !== 16) return false;
  const name = lines.slice(start, colon).toLowerCase();
  return name === "location" || name === "content-location";
}

/** RFC 3986 appendix B; a "\" ends an authority for browsers (https://url.spec.whatwg.org/#authority-state). */
const REFERENCE = /^(?:(https?):)?(\/\/[^/?#\\]*)?([^?#]*)(.*)$/is;

function locationFor(value: string, answered: Answered, serving: Serving): string {
  const [, given = "", slashes, written = "", rest = ""] = REFERENCE.exec(value)!;
  if (slashes === undefined) {
    // With a scheme and no address it is nothing that anybody should write; what is relative stays so.
    if (given !== "" || !written.startsWith("/")) return value;
    const place = mapped(written, answered, serving);
    return place === written ? value : asReference(place) + rest;
  }
  const scheme = given.toLowerCase();
  const authority = named(slashes.slice(2), scheme);
  const path = written === "" ? "/" : written;
  const known = knownPath(scheme, authority, path, answered);
  if (known === undefined && !isUpstream(scheme, authority, answered)) return value;
  const place = asReference(known ?? mapped(path, answered, serving)) + rest;
  return scheme === "https" && asksForTls(place, known !== undefined, answered) ? value : place;
}

/** What begins with two slashes would be an address (RFC 3986 §4.2). */
function asReference(path: string): string {
  return /^\/[/\\]/.test(path) ? `/.${path}` : path;
}

/**
 * The path here for one at the upstream. Where a path could be either, because a service knows its public one or leads to
 * another service, what the gateway has counts. What a proxy further out has taken away in front, and told of, stays there.
 */
function mapped(path: string, { exchange, route, lines }: Answered, serving: Serving): string {
  const outer = (toldFirst(lines, "x-forwarded-prefix") ?? "").replace(/\/+$/, "");
  const before = isBelow(path, outer) ? outer : "";
  const own = path.slice(before.length);
  const candidates = route.places.moves.filter(({ from }) => isBelow(own, from));
  const [first] = candidates;
  if (first === undefined) return path;
  const found = candidates.find((each) => serving.serves(exchange, movedBy(own, each)));
  if (found !== undefined) return before + movedBy(own, found);
  return serving.serves(exchange, own) ? path : before + movedBy(own, first);
}

function isBelow(path: string, base: string): boolean {
  return path.startsWith(base) && (path.length === base.length || path.charAt(base.length) === "/");
}

function movedBy(path: string, { from, to }: Moved): string {
  const moved = to + path.slice(from.length);
  return moved === "" ? "/" : moved;
}

/** The path for an address that the service's document knows of. */
function knownPath(
  scheme: string,
  authority: string,
  path: string,
  { route: { places } }: Answered,
): string | undefined {
  for (const known of places.addresses) {
    if (scheme !== "" && scheme !== known.scheme) continue;
    if (authority === known.authority && isBelow(path, known.from)) return movedBy(path, known);
  }
  return undefined;
}

/** Whether an address is one that the upstream goes by: its own, or what it was told that clients write. */
function isUpstream(scheme: string, authority: string, { route, chosen, host, lines }: Answered): boolean {
  const isIt = (other: string | undefined): boolean =>
    other !== undefined && other !== "" && named(other, scheme) === authority;
  const isTarget = (target: LiveTarget): boolean =>
    isIt(hostOf(target)) || isIt(authorityOf(target.host, target.port, target.secure));
  if ((chosen !== undefined && isTarget(chosen)) || route.runtime.targets.targets.some(isTarget)) return true;
  if (isIt(host) || isIt(toldFirst(lines, "x-forwarded-host"))) return true;
  // nginx writes the name that it was asked by, and the port that it listens on.
  if (host === undefined || chosen === undefined) return false;
  const name = host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
  return isIt(authorityOf(name, chosen.port, chosen.secure));
}

/** In lower case, without the port that a scheme has by itself. */
function named(authority: string, scheme: string): string {
  const lower = authority.toLowerCase();
  const port = scheme === "https" ? ":443" : ":80";
  return lower.endsWith(port) ? lower.slice(0, -port.length) : lower.replace(/:$/, "");
}

/**
 * Whether a redirection by https asks for TLS, and for no other place: as a path it would lead a client round in circles,
 * or leave it without. An upstream that is itself asked by TLS, or told of it, writes https of anything.
 */
function asksForTls(place: string, isKnown: boolean, { exchange, chosen, lines }: Answered): boolean {
  const isTold = toldFirst(lines, "x-forwarded-proto")?.toLowerCase() === "https";
  const isSecure = chosen?.secure === true;
  if (isTold && (isSecure || isKnown)) return false;
  if (!isTold && !isSecure && !isKnown) return true;
  return place === (exchange.search === "" ? exchange.path : `${exchange.path}?${exchange.search}`);
}

/** What the outermost proxy says: the first of a list. */
function toldFirst(lines: string, name: string): string | undefined {
  return lineValue(lines, name)?.split(",", 1)[0]!.trim();
}
