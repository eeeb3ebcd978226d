import { parseDuration, parseShare, parseSize } from "./units.ts";

interface Format {
  accepts(value: unknown): boolean;
  /** What is expected, in a sentence. */
  readonly words: string;
}

/** A timer of 2³¹ ms or more (24.8 days) fires at once; a tenth of it is left for the jitter of intervals. */
const LONGEST = 20 * 86_400_000;
const SELECTOR = /^(?:ip|consumer|(?:header|query|cookie|path|claim):.+)$/;

/** The formats of our own JSON Schemas: each text that is read by rules of its own. */
export const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  [
    "duration-or-seconds",
    {
      accepts: (value) => (parseDuration(value) ?? Number.POSITIVE_INFINITY) <= LONGEST,
      words: "a time such as 250ms, 30s, 5min or 1h, and of 20 days at most,",
    },
  ],
  ["size", { accepts: (value) => parseSize(value) !== undefined, words: "a size such as 64KB or 1MB" }],
  ["share", { accepts: (value) => parseShare(value) !== undefined, words: "a share such as 20%" }],
  ["http-address", { accepts: isHttpAddress, words: "an address such as https://api.example.com" }],
  ["http-origin", { accepts: isOrigin, words: "an address without path such as http://10.0.0.1:8080" }],
  [
    "redis-address",
    {
      accepts: (value) => typeof value === "string" && /^(?:redis(?:s|\+cluster)?:\/\/|\/|\$\{)./.test(value),
      words: "an address such as redis://10.0.0.1:6379 or ${REDIS_URL}",
    },
  ],
  ["path", { accepts: isPath, words: "a path such as /shop, without / at its end" }],
  [
    "mount",
    {
      accepts: (value) => value === "/" || isPath(value),
      words: "a path such as /shop, without / at its end, or / for the root",
    },
  ],
  ["host", { accepts: isHost, words: "a host such as api.example.com or *.example.com" }],
  ["date", { accepts: isDate, words: "a date such as 2027-01-31" }],
  ["balance", { accepts: isBalance, words: "p2c, round-robin, least-connections or hash(header:x-tenant)" }],
  [
    "discovery",
    { accepts: isDiscovery, words: "dns://name:port, srv://name, file:./targets.json or ts:./app.ts" },
  ],
  [
    "key-hash",
    {
      accepts: isKeyHash,
      words: "the SHA-256 of a key in hexadecimal, such as sha256:9f86…",
    },
  ],
  [
    "fingerprint",
    { accepts: isFingerprint, words: "a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons" },
  ],
  [
    "password-hash",
    {
      accepts: (value) =>
        typeof value === "string" && /^scrypt\$\d+\$\d+\$\d+\$[\w+/=-]+\$[\w+/=-]+$/.test(value),
      words: "the hash of a password: scrypt$N$r$p$salt$hash",
    },
  ],
]);

function isHttpAddress(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === "";
}

function isOrigin(value: unknown): boolean {
  return isHttpAddress(value) && /^https?:\/\/[^/]+\/?$/i.test(value as string);
}

function isPath(value: unknown): boolean {
  return typeof value === "string" && (value === "" || /^(?:\/[^/?#{}]+)+$/.test(value));
}

function isHost(value: unknown): boolean {
  return (
    typeof value === "string" &&
    /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i.test(value)
  );
}

function isDate(value: unknown): boolean {
  return (
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

function isBalance(value: unknown): boolean {
  if (value === "p2c" || value === "round-robin" || value === "least-connections") return true;
  const on = typeof value === "string" ? /^hash\((.+)\)$/.exec(value)?.[1] : undefined;
  return on !== undefined && SELECTOR.test(on);
}

function isDiscovery(value: unknown): boolean {
  return typeof value === "string" && /^(?:(?:dns|srv):\/\/[\w.-]+(?::\d+)?|(?:file|ts):.+)$/.test(value);
}

function isKeyHash(value: unknown): boolean {
  return typeof value === "string" && /^(?:sha256:)?[0-9a-f]{64}$/i.test(value);
}

function isFingerprint(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/i.test(value.replaceAll(":", ""));
}
