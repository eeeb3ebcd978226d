import type { BodyMarker, WireMarker } from "../inputs/marker.ts";

/** RFC 9110 §5.6.2; cookie names are tokens too (RFC 6265 §4.1.1). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The name on the wire of an input that `key` names: what the marker says, else the key, for headers in kebab-case. */
export function wireNameOf(key: string, { in: place, options }: WireMarker): string {
  return asWireName(place, options.name ?? (place === "header" ? kebabCase(key) : key));
}

/** The key of a body in the object that several make, and that one makes which is embedded; undefined: the whole body. */
export function bodyKey(key: string, { options }: BodyMarker, isKeyed: boolean): string | undefined {
  return isKeyed || options.embed === true ? (options.name ?? key) : undefined;
}

/** Header names in lower case: they are the same in any (RFC 9110 §5.1), and that is how they are looked up. */
export function asWireName(place: WireMarker["in"], name: string): string {
  return place === "header" ? name.toLowerCase() : name;
}

export function isWireName(place: WireMarker["in"], name: string): boolean {
  return place === "header" || place === "cookie" ? TOKEN.test(name) : name !== "";
}

/** `ifMatch` is if-match, `xRequestID` x-request-id, `HTTPVersion` http-version, `user_agent` user-agent. */
export function kebabCase(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}
