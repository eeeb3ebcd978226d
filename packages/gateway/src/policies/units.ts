import type { JsonSchema } from "../snapshot.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const DURATIONS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", SECOND],
  ["sec", SECOND],
  ["second", SECOND],
  ["m", MINUTE],
  ["min", MINUTE],
  ["minute", MINUTE],
  ["h", HOUR],
  ["hour", HOUR],
  ["d", DAY],
  ["day", DAY],
]);

const DURATION = /^(\d+(?:\.\d+)?)? ?([a-z]+?)$/;

/** Milliseconds of "30s", "1 min", "hour", or of a number of seconds. Throws a `TypeError` for anything else. */
export function milliseconds(given: string | number): number {
  if (typeof given === "number") return positive(given * SECOND, given);
  const [, count = "1", unit = ""] = DURATION.exec(given) ?? [];
  const each = DURATIONS.get(unit) ?? DURATIONS.get(unit.replace(/s$/, ""));
  if (each === undefined) throw new TypeError(`'${given}' is no time: write 30s, 1min, 2h or 1d`);
  return positive(Number(count) * each, given);
}

const AMOUNT = /^(\d+(?:\.\d+)?) ?([kKmM])?$/;

/** A number that may be written "10k" or "2M". Throws a `TypeError` for anything else. */
export function amount(given: string | number): number {
  if (typeof given === "number") return positive(given, given);
  const [, count, factor] = AMOUNT.exec(given) ?? [];
  if (count === undefined) throw new TypeError(`'${given}' is no number: write 100, 10k or 2M`);
  const times = factor === undefined ? 1 : factor.toLowerCase() === "k" ? 1000 : 1_000_000;
  return positive(Math.round(Number(count) * times * 1000) / 1000, given);
}

const SIZE = /^(\d+(?:\.\d+)?) ?(b|k|kb|kib|m|mb|mib|g|gb|gib)?$/;
const SIZES: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes of "64kb", "1 MiB" (each 1,024 times the one before), or of a number of them. Throws a `TypeError` for anything else. */
export function bytes(given: string | number): number {
  if (typeof given === "number") return positive(Math.floor(given), given);
  const [, count, unit = "b"] = SIZE.exec(given.toLowerCase()) ?? [];
  if (count === undefined) throw new TypeError(`'${given}' is no size: write 4096, 64kb or 10mb`);
  return positive(Math.floor(Number(count) * SIZES[unit[0]!]!), given);
}

function positive(value: number, given: string | number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new TypeError(`'${given}' is not above 0`);
}

/** The schema of what `milliseconds` reads. */
export function durationSchema(description: string): JsonSchema {
  return { type: ["string", "number"], description: `${description} "30s", "1min", "2h", "1d", or seconds.` };
}
/** The schema of what `bytes` reads. */
export function sizeSchema(description: string): JsonSchema {
  return { type: ["string", "integer"], description: `${description} "64kb", "10mb", or bytes.` };
}
/** The schema of what `amount` reads. */
export function amountSchema(description: string): JsonSchema {
  return { type: ["string", "number"], description: `${description} A number, or "10k".` };
}
