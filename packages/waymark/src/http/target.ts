import { isHost } from "./host.ts";

/** A request target, taken apart: the path as it was sent, the query without "?". */
export interface Target {
  readonly path: string;
  readonly search: string;
  /** Host and port of an absolute target: they replace the Host field (RFC 9112 §3.2.2). */
  readonly authority: string | undefined;
}

/**
 * RFC 9112 §3.2.1, with what RFC 3986 leaves out of a URI but browsers send unescaped (`|`, `[`, `"`, …) let through.
 * Spaces, control characters, `#` and everything beyond ASCII are refused, and so is `\` in the path: browsers and some
 * proxies read it as "/", so two readings of one path would be possible.
 */
const ORIGIN_FORM = /^\/[^\x00-\x20#?\\\x7f-\uffff]*(?:\?[^\x00-\x20#\x7f-\uffff]*)?$/;
const ABSOLUTE_FORM = /^https?:\/\/([^/?]*)(.*)$/is;

/** Reads a request target (RFC 9112 §3.2). Undefined when it is none that a server answers: reply with 400. */
export function parseTarget(method: string, target: string): Target | undefined {
  if (target.charCodeAt(0) === 0x2f) return originForm(target, undefined);
  if (target === "*")
    return method === "OPTIONS" ? { path: "*", search: "", authority: undefined } : undefined;
  return absoluteForm(target);
}

function originForm(target: string, authority: string | undefined): Target | undefined {
  if (!ORIGIN_FORM.test(target)) return undefined;
  const mark = target.indexOf("?");
  return mark === -1
    ? { path: target, search: "", authority }
    : { path: target.slice(0, mark), search: target.slice(mark + 1), authority };
}

function absoluteForm(target: string): Target | undefined {
  const match = ABSOLUTE_FORM.exec(target);
  if (match === null) return undefined;
  const [, authority = "", rest = ""] = match;
  if (!isHost(authority)) return undefined;
  return originForm(rest.startsWith("/") ? rest : `/${rest}`, authority);
}
