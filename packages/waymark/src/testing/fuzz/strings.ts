import fc, { type Arbitrary } from "fast-check";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { Ungenerable } from "./ungenerable.ts";

const digits = (length: number): Arbitrary<string> =>
  fc.integer({ min: 0, max: 10 ** length - 1 }).map((n) => String(n).padStart(length, "0"));
const letters = fc.string({
  unit: fc.constantFrom(...Array.from("abcdefghijklmnopqrstuvwxyz")),
  minLength: 1,
  maxLength: 8,
});
const instant = fc.date({ min: new Date("1970-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
const host = fc.tuple(letters, letters).map(([name, domain]) => `${name}.${domain}.example`);
const bytes = fc.uint8Array({ maxLength: 12 });
const base64 = (array: Uint8Array): string => btoa(String.fromCharCode(...array));

/** Texts that every reading of a format takes: nobody agrees on what stands at its edges. */
const FORMATS: Readonly<Record<string, Arbitrary<string>>> = {
  "date-time": instant.map((date) => date.toISOString()),
  date: instant.map((date) => date.toISOString().slice(0, 10)),
  time: instant.map((date) => date.toISOString().slice(11, 19)),
  duration: fc.tuple(fc.nat(30), fc.nat(23), fc.nat(59)).map(([d, h, m]) => `P${d}DT${h}H${m}M`),
  email: fc.tuple(letters, host).map(([name, at]) => `${name}@${at}`),
  "idn-email": fc.tuple(letters, host).map(([name, at]) => `${name}@${at}`),
  hostname: host,
  "idn-hostname": host,
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6().filter((address) => !address.includes(".")),
  uri: fc.tuple(host, letters).map(([at, path]) => `https://${at}/${path}`),
  url: fc.tuple(host, letters).map(([at, path]) => `https://${at}/${path}`),
  iri: fc.tuple(host, letters).map(([at, path]) => `https://${at}/${path}`),
  "uri-reference": letters.map((path) => `/${path}`),
  uuid: fc.uuid({ version: 4 }),
  guid: fc.uuid({ version: 4 }),
  byte: bytes.map(base64),
  base64: bytes.map(base64),
  base64url: bytes.map((array) =>
    base64(array).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
  ),
  "json-pointer": letters.map((name) => `/${name}`),
  regex: letters,
  e164: digits(9).map((number) => `+49${number}`),
  // Bytes, as far as a length tells.
  binary: fc.string({ unit: "grapheme-ascii" }),
  password: fc.string({ unit: "grapheme-ascii" }),
};

/** Texts of a flat schema of type string. Throws an `Ungenerable` that says what nobody can make up. */
export function stringArbitrary(flat: JsonSchema): Arbitrary<string> {
  const {
    format,
    pattern,
    minLength = 0,
    maxLength,
  } = flat as {
    format?: string;
    pattern?: string;
    minLength?: number;
    maxLength?: number;
  };
  const fits = (text: string): boolean => isWithin(text, minLength, maxLength);
  const test = pattern === undefined ? fits : bothOf(fits, patternOf(pattern));
  const known = format === undefined ? undefined : FORMATS[format];
  if (format === "binary") return bounded(minLength, maxLength, "grapheme-ascii");
  const ways: (() => Arbitrary<string>)[] = [];
  if (known !== undefined) ways.push(() => known);
  if (pattern !== undefined) ways.push(() => fc.stringMatching(patternAsRegExp(pattern)));
  if (known === undefined && pattern === undefined && (format === undefined || isLoose(format)))
    return plain(minLength, maxLength);
  for (const way of ways) {
    const narrowed = narrow(way, test);
    if (narrowed !== undefined) return narrowed;
  }
  const what = [
    pattern === undefined ? "" : `the pattern ${pattern}`,
    format === undefined ? "" : `the format ${format}`,
  ];
  throw new Ungenerable(
    `no text can be made up for ${what.filter(Boolean).join(" and ")}: give one with 'values', or as an example in the schema`,
  );
}

/** Formats that say nothing about the text, or not enough to refuse any. */
function isLoose(format: string): boolean {
  return ["text", "html", "markdown", "textarea"].includes(format);
}

function plain(min: number, max: number | undefined): Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: bounded(min, max, "grapheme-ascii") },
    { weight: 1, arbitrary: bounded(min, max, "binary-ascii") },
    // Where libraries count UTF-16 and JSON Schema counts characters, no text is on the edge.
    { weight: 1, arbitrary: bounded(min, max, "grapheme").filter((text) => isWithin(text, min, max)) },
  );
}

function bounded(
  min: number,
  max: number | undefined,
  unit: "grapheme" | "grapheme-ascii" | "binary-ascii",
): Arbitrary<string> {
  return fc.string({ unit, minLength: min, ...(max === undefined ? {} : { maxLength: max }) });
}

function isWithin(text: string, min: number, max: number | undefined): boolean {
  return Array.from(text).length >= min && (max === undefined || text.length <= max);
}

function bothOf(one: (text: string) => boolean, other: (text: string) => boolean): (text: string) => boolean {
  return (text) => one(text) && other(text);
}

function patternOf(pattern: string): (text: string) => boolean {
  const regExp = patternAsRegExp(pattern);
  return (text) => regExp.test(text);
}

/** JSON Schema means Unicode ones (core §6.4); a few libraries write others. */
export function patternAsRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return new RegExp(pattern);
  }
}

/** As many as tell whether a filter leaves enough. */
const SAMPLES = 40;

function narrow(
  way: () => Arbitrary<string>,
  test: (text: string) => boolean,
): Arbitrary<string> | undefined {
  try {
    const arbitrary = way();
    const left = fc.sample(arbitrary, { numRuns: SAMPLES, seed: 1 }).filter(test);
    return left.length === 0 ? undefined : arbitrary.filter(test);
  } catch {
    // fast-check knows no lookarounds.
    return undefined;
  }
}
