import { z } from "zod";

export const Price = z
  .object({ id: z.int(), symbol: z.string(), value: z.number() })
  .meta({ id: "Price", description: "What something cost at one moment." });
export type Price = z.infer<typeof Price>;

const prices: Price[] = [
  { id: 1, symbol: "COMP", value: 24.5 },
  { id: 2, symbol: "MAPS", value: 9.9 },
  { id: 3, symbol: "COMP", value: 25.5 },
  { id: 4, symbol: "COMP", value: 25 },
];

/** What is known so far. */
export function history(): readonly Price[] {
  return prices;
}

/** Everything after a price, and then each new one as it comes, until the signal aborts. */
export async function* follow(after: number, signal: AbortSignal): AsyncGenerator<Price> {
  for (let last = after; !signal.aborted;) {
    for (const price of prices.filter(({ id }) => id > last)) {
      yield price;
      last = price.id;
    }
    await aSecond(signal);
    if (last === prices.at(-1)?.id) move();
  }
}

/** A second, or until nobody asks any more. */
function aSecond(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

function move(): void {
  const { id, value } = prices.at(-1)!;
  const moved = value + (Math.random() - 0.5);
  prices.push({ id: id + 1, symbol: "COMP", value: Math.round(moved * 100) / 100 });
}
