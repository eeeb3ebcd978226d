import { bytes, milliseconds } from "../policies/units.ts";

/** Milliseconds of "250ms", "1s", "5min", "1d" or of a number of seconds; undefined for anything else. */
export function parseDuration(value: unknown): number | undefined {
  return read(value, milliseconds);
}

/** Bytes of "64KB", "1MB" (each 1,024 times the one before) or of a number of them; undefined for anything else. */
export function parseSize(value: unknown): number | undefined {
  return read(value, bytes);
}

/** 0.2 of "20%" or 0.2; undefined for what is not between 0 and 1. */
export function parseShare(value: unknown): number | undefined {
  const percent = typeof value === "string" ? /^(\d+(?:\.\d+)?)\s*%$/.exec(value)?.[1] : undefined;
  const share = percent === undefined ? value : Number(percent) / 100;
  return typeof share === "number" && share >= 0 && share <= 1 ? share : undefined;
}

function read(value: unknown, parse: (value: string | number) => number): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  try {
    return parse(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
