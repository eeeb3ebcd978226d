import { parseCookies } from "waymark/internal";
import type { Call } from "../../call.ts";
import { withoutQuery } from "../transform/search.ts";
import type { Location } from "./scheme-check.ts";

/** Takes a credential out of what the upstream gets. */
export function hide(call: Call, { in: place, name }: Location): void {
  if (place === "header") call.upstreamHeaders.set(name, null);
  else if (place === "query") hideQuery(call, name);
  else hideCookie(call, name);
}

function hideQuery(call: Call, name: string): void {
  const search = call.upstreamSearch ?? call.exchange.search;
  if (search === "") return;
  const without = withoutQuery(search, name);
  if (without !== search) call.upstreamSearch = without;
}

function hideCookie(call: Call, name: string): void {
  const set = call.upstreamHeaders.get("cookie");
  const field = set === undefined ? call.exchange.header("cookie") : set;
  if (field === undefined || field === null || !field.includes(name)) return;
  const kept = field
    .split(";")
    .map((pair) => pair.trim())
    // The same reading as that which found it.
    .filter((pair) => pair !== "" && !parseCookies(pair).has(name));
  call.upstreamHeaders.set("cookie", kept.length === 0 ? null : kept.join("; "));
}
