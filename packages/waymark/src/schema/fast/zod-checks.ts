import type { NumberTest, StringTest } from "./node.ts";
import { definitionOf, isByCode, type ZodDefinition, type ZodSchema } from "./zod-internals.ts";

/** Checks that are not schemas, by the class that runs them, with everything that their definition may say. */
const CHECKS: ReadonlyMap<string, readonly string[]> = new Map([
  ["$ZodCheckMinLength", ["minimum", "when"]],
  ["$ZodCheckMaxLength", ["maximum", "when"]],
  ["$ZodCheckLengthEquals", ["length", "when"]],
  ["$ZodCheckLessThan", ["value", "inclusive"]],
  ["$ZodCheckGreaterThan", ["value", "inclusive"]],
  ["$ZodCheckMultipleOf", ["value"]],
  ["$ZodCheckNumberFormat", ["format"]],
  ["$ZodCheckRegex", ["format", "pattern"]],
  ["$ZodCheckLowerCase", ["format", "pattern"]],
  ["$ZodCheckUpperCase", ["format", "pattern"]],
  ["$ZodCheckStartsWith", ["format", "prefix", "pattern"]],
  ["$ZodCheckEndsWith", ["format", "suffix", "pattern"]],
  ["$ZodCheckIncludes", ["format", "includes", "position", "pattern"]],
  ["$ZodCheckOverwrite", ["tx"]],
]);
const BASES = new Set(["$ZodCheck", "$ZodCheckStringFormat"]);
const EVERYWHERE = new Set(["check", "abort", "error"]);

/** The class of a check, where nothing about it is unknown. */
function classOf(check: ZodSchema): string | undefined {
  const { traits, def } = check._zod;
  const own = [...(traits ?? [])].filter((trait) => !BASES.has(trait));
  const keys = CHECKS.get(own[0] ?? "");
  if (own.length !== 1 || keys === undefined) return undefined;
  return Object.keys(def).every((key) => EVERYWHERE.has(key) || keys.includes(key)) ? own[0] : undefined;
}

/** undefined: something about the checks is not known. "library": they are, and it takes the library to run them. */
export function stringTests(schema: ZodSchema): readonly StringTest[] | "library" | undefined {
  const tests: StringTest[] = [];
  const own = schema._zod.traits.has("$ZodCheck") ? [schema] : [];
  let needsLibrary = false;
  for (const check of [...own, ...(schema._zod.def.checks ?? [])]) {
    const test = stringTest(check);
    if (test === undefined) return undefined;
    if (test === "library") needsLibrary = true;
    else tests.push(test);
  }
  return needsLibrary ? "library" : tests;
}

function stringTest(check: ZodSchema): StringTest | "library" | undefined {
  const { def } = check._zod;
  // A format is a schema too: z.email(), or z.string().check(z.email()).
  if (check._zod.traits?.has("$ZodString") === true) {
    if (definitionOf(check) === undefined) return undefined;
    return isByCode(check) ? "library" : patternTest(def);
  }
  switch (classOf(check)) {
    case "$ZodCheckMinLength":
      return lengthTest("least", def["minimum"]);
    case "$ZodCheckMaxLength":
      return lengthTest("most", def["maximum"]);
    case "$ZodCheckLengthEquals":
      return lengthTest("exactly", def["length"]);
    case "$ZodCheckRegex":
    case "$ZodCheckLowerCase":
    case "$ZodCheckUpperCase":
      return patternTest(def);
    case "$ZodCheckStartsWith":
      return typeof def["prefix"] === "string" ? { test: "starts", text: def["prefix"] } : undefined;
    case "$ZodCheckEndsWith":
      return typeof def["suffix"] === "string" ? { test: "ends", text: def["suffix"] } : undefined;
    case "$ZodCheckIncludes": {
      const { includes: text, position: from } = def;
      if (typeof text !== "string" || (typeof from !== "number" && from !== undefined)) return undefined;
      return { test: "includes", text, from };
    }
    // Trimming and the like: it returns at once, whatever it makes of the string.
    case "$ZodCheckOverwrite":
      return "library";
    default:
      return undefined;
  }
}

function patternTest({ pattern }: ZodDefinition): StringTest | undefined {
  return pattern instanceof RegExp ? { test: "pattern", pattern } : undefined;
}

function lengthTest(test: "least" | "most" | "exactly", length: unknown): StringTest | undefined {
  return isLength(length) ? { test, length } : undefined;
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** How many elements an array has; undefined where something about its checks is not known. */
export function arrayLengths({ checks = [] }: ZodDefinition): { least: number; most: number } | undefined {
  let least = 0;
  let most = Infinity;
  for (const check of checks) {
    const test = stringTest(check);
    if (test === undefined || test === "library" || !("length" in test)) return undefined;
    if (test.test !== "most") least = Math.max(least, test.length);
    if (test.test !== "least") most = Math.min(most, test.length);
  }
  return { least, most };
}

const FORMATS: ReadonlyMap<unknown, readonly NumberTest[]> = new Map([
  ["safeint", [{ test: "integer" }]],
  ["int32", [{ test: "integer" }, { test: ">=", bound: -2147483648 }, { test: "<=", bound: 2147483647 }]],
  ["uint32", [{ test: "integer" }, { test: ">=", bound: 0 }, { test: "<=", bound: 4294967295 }]],
]);

/** undefined: something about the checks is not known. */
export function numberTests(schema: ZodSchema): readonly NumberTest[] | undefined {
  const { def, traits } = schema._zod;
  const tests: NumberTest[] = [];
  if (traits.has("$ZodCheckNumberFormat")) {
    const own = FORMATS.get(def["format"]);
    if (own === undefined) return undefined;
    tests.push(...own);
  } else if ("format" in def || "check" in def) return undefined;
  for (const check of def.checks ?? []) {
    const more = numberTest(check);
    if (more === undefined) return undefined;
    tests.push(...more);
  }
  return tests;
}

function numberTest(check: ZodSchema): readonly NumberTest[] | undefined {
  const { def } = check._zod;
  const { value, inclusive } = def;
  // z.number().check(z.int()): a format that is a schema.
  if (check._zod.traits?.has("$ZodNumber") === true)
    return definitionOf(check) === undefined ? undefined : FORMATS.get(def["format"]);
  switch (classOf(check)) {
    case "$ZodCheckLessThan":
      return isBound(value) ? [{ test: inclusive === true ? "<=" : "<", bound: value }] : undefined;
    case "$ZodCheckGreaterThan":
      return isBound(value) ? [{ test: inclusive === true ? ">=" : ">", bound: value }] : undefined;
    case "$ZodCheckMultipleOf":
      return Number.isSafeInteger(value) && value !== 0
        ? [{ test: "multiple", of: value as number }]
        : undefined;
    case "$ZodCheckNumberFormat":
      return FORMATS.get(def["format"]);
    default:
      return undefined;
  }
}

function isBound(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
