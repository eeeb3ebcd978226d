import type { Exchange } from "../http/exchange.ts";

/**
 * Where a directory that was asked for without "/" at its end is, relative to that path; undefined where it was asked for
 * with it. It begins with "./", so that no client reads a scheme or a host into what follows, and it holds behind a proxy
 * that takes a prefix away.
 */
export function directoryLocation({ path, search }: Exchange): string | undefined {
  if (path.endsWith("/")) return undefined;
  const last = path.slice(path.lastIndexOf("/") + 1);
  return `./${last}/${search === "" ? "" : `?${search}`}`;
}
