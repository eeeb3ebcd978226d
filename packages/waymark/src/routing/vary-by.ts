import type { Exchange } from "../http/exchange.ts";

/** Once, though a path may be looked for twice. The name was checked when the application started. */
export function varyBy(exchange: Exchange, field: string): void {
  const fields = (exchange.fields ??= []);
  if (fields.at(-1) !== field) fields.push("vary", field);
}
