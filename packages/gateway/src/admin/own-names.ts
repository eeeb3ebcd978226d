import { isIP } from "node:net";
import { checkHost, HostList } from "waymark/internal";
import type { Middleware } from "waymark";
import { middleware } from "waymark/middleware";

/** Names that nobody can register (RFC 6761, RFC 6762, and what ICANN keeps for private use), and those of a cluster. */
const PRIVATE = ["localhost", "*.localhost", "*.local", "*.internal", "*.home.arpa", "*.svc"];

/**
 * Answers only where the request names this machine: by an address, by a name without a dot, by one that exists in private
 * networks alone, or by one of `hosts`. A page of anybody's could let its own name point to the admin port and read what a
 * browser beside it may (DNS rebinding). Any other name is 421 (RFC 9110 §15.5.20).
 */
export function ownNames(hosts: readonly string[]): Middleware {
  const list = new HostList([...PRIVATE, ...hosts]);
  return middleware({
    name: "own-names",
    before({ request: { host } }) {
      if (host === undefined || !isByItself(host.replace(/:\d+$/, ""))) checkHost(host, list);
    },
  });
}

function isByItself(name: string): boolean {
  return isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0 || /^[\w-]+$/.test(name);
}
