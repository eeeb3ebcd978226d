import { dirname, resolve } from "node:path";

export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** Where a reference to a file leads, without its fragment: an address, or an absolute path. */
export function resolveFile(base: string, location: string): string {
  if (isAddress(location)) return location;
  if (isAddress(base)) return new URL(location, base).href;
  return resolve(dirname(base), location.startsWith("file://") ? new URL(location).pathname : location);
}
