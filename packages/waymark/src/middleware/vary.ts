import type { ResponseHeaders } from "../http/response.ts";

/** Says that the reply depends on a request field (RFC 9110 §12.5.5), unless it says so already. */
export function varyBy(headers: ResponseHeaders, field: string): void {
  const said = headers.get("vary");
  if (said === null) return headers.set("vary", field);
  const names = said.split(",").map((name) => name.trim().toLowerCase());
  if (names.includes("*") || names.includes(field.toLowerCase())) return undefined;
  return headers.set("vary", `${said}, ${field}`);
}
