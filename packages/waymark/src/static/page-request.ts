import type { Exchange } from "../http/exchange.ts";
import { fileType } from "../http/file-type.ts";

/**
 * Whether somebody opens a page, as browsers do: they name HTML in Accept. Scripts and images ask for anything or for
 * something else, and a page in the place of what they miss would only be a stranger error.
 */
export function asksForPage(exchange: Exchange): boolean {
  return (exchange.header("accept") ?? "").split(",").some(isPage);
}

function isPage(range: string): boolean {
  const [type = "", ...parameters] = range.toLowerCase().split(";");
  if (type.trim() !== "text/html" && type.trim() !== "application/xhtml+xml") return false;
  return !parameters.some((parameter) => /^\s*q=0(?:\.0*)?\s*$/.test(parameter));
}

const NO_PAGE = /\.(?:bin|br|gz|zst)$/i;

/** Whether a path names a file by an ending that files have: `app.js`, but not `/users/john.doe` or `/v1.2`. */
export function looksLikeFile(name: string): boolean {
  if (!name.includes(".") || /\.html?$/i.test(name)) return false;
  return NO_PAGE.test(name) || fileType(name) !== "application/octet-stream";
}
