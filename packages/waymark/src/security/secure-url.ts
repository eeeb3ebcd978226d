/**
 * An address that keys or tokens come from. Throws a `TypeError` unless it is https: whoever can change what comes over
 * plain http decides whose tokens are good. A loopback address never leaves the machine.
 */
export function secureUrl(what: string, given: string | URL, allowInsecure: boolean = false): URL {
  const text = String(given);
  if (!URL.canParse(text)) throw new TypeError(`${what} must be an absolute https address, not '${text}'`);
  const url = new URL(text);
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && (allowInsecure || isLoopback(url.hostname))) return url;
  throw new TypeError(
    `${what} must be https, not '${text}': over anything else keys can be swapped on the way (allowInsecure: true takes http)`,
  );
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname === "[::1]"
  );
}
