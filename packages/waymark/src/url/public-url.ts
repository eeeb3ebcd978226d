import type { Located } from "../http/owner.ts";
import type { UrlOptions } from "./url-arguments.ts";

/**
 * A URL as clients have to write it; `base` is what they write before every path, where nothing else says it. Throws a
 * `TypeError` for an origin that is none.
 */
export function publicUrl(
  { path, isSocket }: Located,
  base: string,
  absolute: UrlOptions["absolute"],
): string {
  if (absolute === undefined) return base + path;
  const start = typeof absolute === "string" ? originOf(absolute) + base : absolute.origin + absolute.base;
  return (isSocket ? start.replace(/^http/, "ws") : start) + path;
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
    throw new TypeError(
      `absolute takes a request, or an origin like "https://api.example.com", not ${JSON.stringify(text)}`,
    );
  return url.origin;
}
