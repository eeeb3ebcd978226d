import fc, { type Arbitrary } from "fast-check";
import type { JsonSchema } from "../../schema/json-schema.ts";

interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

/** Numbers of a flat schema. */
export function numberArbitrary(flat: JsonSchema, isInteger: boolean): Arbitrary<number> {
  const bounds = flat as Bounds;
  const step = bounds.multipleOf ?? (isInteger ? 1 : undefined);
  if (step !== undefined) return multiples(bounds, step);
  const integers = hasInteger(bounds) ? [multiples(bounds, 1)] : [];
  return fc.oneof(...integers, doubles(bounds)).map((number) => (Object.is(number, -0) ? 0 : number));
}

function multiples(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds,
  step: number,
): Arbitrary<number> {
  const low = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity);
  const high = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity);
  let min = Math.ceil(Math.max(low, Number.MIN_SAFE_INTEGER) / step);
  let max = Math.floor(Math.min(high, Number.MAX_SAFE_INTEGER) / step);
  if (exclusiveMinimum !== undefined && min * step <= exclusiveMinimum) min++;
  if (exclusiveMaximum !== undefined && max * step >= exclusiveMaximum) max--;
  // A step such as 0.01 has no exact multiples: what is off by the last bit is rounded to what people write.
  const times = (n: number): number =>
    Number.isInteger(step) ? n * step : Number((n * step).toPrecision(12));
  const bounded = {
    min: Math.max(min, Number.MIN_SAFE_INTEGER),
    max: Math.max(min, Math.min(max, Number.MAX_SAFE_INTEGER)),
  };
  return fc
    .integer(bounded)
    .map(times)
    .map((number) => (Object.is(number, -0) ? 0 : number));
}

function hasInteger({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): boolean {
  const low = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity);
  const high = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity);
  return high - low >= 2;
}

function doubles({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): Arbitrary<number> {
  const useExclusiveMin = exclusiveMinimum !== undefined && exclusiveMinimum >= (minimum ?? -Infinity);
  const useExclusiveMax = exclusiveMaximum !== undefined && exclusiveMaximum <= (maximum ?? Infinity);
  return fc.double({
    noNaN: true,
    noDefaultInfinity: true,
    min: useExclusiveMin ? exclusiveMinimum : (minimum ?? -1e9),
    max: useExclusiveMax
      ? exclusiveMaximum
      : (maximum ?? Math.max(1e9, (minimum ?? exclusiveMinimum ?? 0) * 2)),
    minExcluded: useExclusiveMin,
    maxExcluded: useExclusiveMax,
  });
}
