import { isHost } from "../http/host.ts";

/** A host and the port that was written after it; "" where there is none. */
interface HostAndPort {
  readonly name: string;
  readonly port: string;
}

/** `.example.com` and `a..example.com`: nothing in the DNS is called so (RFC 1035 §2.3.1). */
const EMPTY_LABEL = /^\.|\.\./;

/** Hosts by name, by name and port, and all below a name. */
export class HostList {
  readonly #exact = new Set<string>();
  /** Beginning with ".". */
  readonly #below: string[] = [];

  /**
   * @param hosts `example.com` (with any port), `example.com:8080` (with this one), `*.example.com` (one label or more in
   * front), `[::1]`. Throws a `TypeError` for anything else: `*` would be no list.
   */
  constructor(hosts: readonly string[]) {
    if (hosts.length === 0) throw new TypeError("a list of hosts without a host lets nobody in");
    for (const host of hosts) {
      const isBelow = host.startsWith("*.");
      const rest = isBelow ? host.slice(2) : host;
      const { name, port } = split(rest);
      if (!isHost(rest) || name.includes("*") || (isBelow && (port !== "" || name.startsWith("["))))
        throw new TypeError(
          `'${host}' is not a host: write example.com, example.com:8080, *.example.com or [::1], without a scheme`,
        );
      if (isBelow) this.#below.push(`.${name}`);
      else this.#exact.add(port === "" ? name : `${name}:${port}`);
    }
  }

  /** `host` is a valid host, perhaps with a port. */
  includes(host: string): boolean {
    const { name, port } = split(host);
    return (
      this.#exact.has(name) ||
      (port !== "" && this.#exact.has(`${name}:${port}`)) ||
      (this.#below.some((end) => name.endsWith(end)) && !EMPTY_LABEL.test(name))
    );
  }
}

/** Case says nothing in a host, and nor does a "." at its end (RFC 3986 §3.2.2). */
function split(host: string): HostAndPort {
  const colon = host.indexOf(":", host.lastIndexOf("]") + 1);
  const name = (colon === -1 ? host : host.slice(0, colon)).toLowerCase();
  return { name: name.replace(/\.$/, ""), port: colon === -1 ? "" : host.slice(colon + 1) };
}

/** The host without its port, as it was written. */
export function withoutPort(host: string): string {
  const colon = host.indexOf(":", host.lastIndexOf("]") + 1);
  return colon === -1 ? host : host.slice(0, colon);
}
