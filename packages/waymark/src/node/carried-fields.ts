import type { OutgoingMessage } from "node:http";
import type { Exchange } from "../http/exchange.ts";

/** Fields that were set on a Node response and are now on the exchange. */
export class CarriedFields {
  readonly #exchange: Exchange;
  readonly #lines = new Map<string, readonly string[]>();

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Puts on the exchange what is new on the response. Cookies add up, other fields replace their earlier ones. */
  carry(response: OutgoingMessage): void {
    for (const name of response.getHeaderNames()) {
      const lines = linesOf(response.getHeader(name));
      const before = this.#lines.get(name) ?? [];
      this.#lines.set(name, lines);
      if (name === "set-cookie")
        this.#append(
          name,
          lines.filter((line) => !before.includes(line)),
        );
      else if (lines.join("\n") !== before.join("\n")) {
        this.#exchange.removeField(name);
        this.#append(name, lines);
      }
    }
    for (const name of this.#lines.keys()) if (!response.hasHeader(name)) this.#drop(name);
  }

  #append(name: string, lines: readonly string[]): void {
    for (const line of lines) this.#exchange.appendField(name, line);
  }

  /** One middleware has taken back what another has set. */
  #drop(name: string): void {
    this.#lines.delete(name);
    this.#exchange.removeField(name);
  }
}

function linesOf(value: ReturnType<OutgoingMessage["getHeader"]>): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
