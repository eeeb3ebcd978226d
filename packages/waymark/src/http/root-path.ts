import type { Exchange } from "./exchange.ts";

/** Segments of a path as RFC 3986 §3.3 has them: not empty, so that it can never be read as another host. */
const ROOT = /^(?:\/(?:[\w\-.~!$&'()*+;=:@]|%[0-9A-Fa-f]{2})+)+$/;

/** Whether a text can stand before every path: "/shop" or "/api/v1", without a "/" at its end. */
export function isRootPath(text: unknown): text is string {
  return (
    typeof text === "string" &&
    ROOT.test(text) &&
    !text.split("/").some((part) => part === "." || part === "..")
  );
}

/**
 * What proxies say that they have taken away, outermost first; undefined where it is nothing that can be believed. Each may
 * end in "/".
 */
export function forwardedPrefix(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const all = value
    .split(",")
    .map((each) => each.trim().replace(/\/$/, ""))
    .join("");
  return isRootPath(all) ? all : undefined;
}

/**
 * Tells an exchange what the application stands below, and takes it from a path that still has it: a proxy may cut it off
 * or pass it on.
 */
export function takeRootPath(exchange: Exchange, root: string): void {
  exchange.root = root;
  const { path } = exchange;
  if (!path.startsWith(root)) return;
  if (path.length === root.length) (exchange as { path: string }).path = "/";
  else if (path.charCodeAt(root.length) === 0x2f)
    (exchange as { path: string }).path = path.slice(root.length);
}
