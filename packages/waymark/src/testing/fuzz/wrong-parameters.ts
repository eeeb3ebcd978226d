import fc, { type Arbitrary } from "fast-check";
import type { ParameterObject } from "../../openapi/document.ts";
import { keyOf, Unwritable, type Draft } from "./draft.ts";
import { typesOf } from "./flatten.ts";
import type { CaseGroup, Subject } from "./subject.ts";
import { textsOf } from "./wire-texts.ts";
import { isEmptyWithin, isObject, pairsOf } from "./write-draft.ts";

/** Requests with one parameter that is wrong, or missing. */
export function wrongParameters(subject: Subject, valid: Arbitrary<Draft>): CaseGroup[] {
  return subject.parameters
    .filter((parameter) => !subject.isFixed(parameter))
    .flatMap((parameter) => wrongParameter(subject, parameter, valid));
}

function wrongParameter(subject: Subject, parameter: ParameterObject, valid: Arbitrary<Draft>): CaseGroup[] {
  const key = keyOf(parameter);
  const set = (draft: Draft, value: unknown): Draft => ({
    ...draft,
    parameters: { ...draft.parameters, [key]: value },
  });
  const groups = subject.making.violations.of(parameter.schema).map(({ name, values }): CaseGroup => ({
    name: `${key}: ${name}`,
    isValid: false,
    drafts: fc.tuple(valid, values).map(([draft, value]) => set(draft, value)),
    holds: (draft) => isWrong(subject, parameter, draft.parameters[key]),
  }));
  if (parameter.required !== true || parameter.in === "path") return groups;
  const without = valid.map((draft) => set(draft, undefined));
  return [{ name: `${key}: missing`, isValid: false, drafts: without, holds: () => true }, ...groups];
}

/** Whether no reading of what is written is what the schema says. */
function isWrong(subject: Subject, parameter: ParameterObject, value: unknown): boolean {
  const { in: place, explode, schema, required } = parameter;
  // An object stands under names of its own: where none is read, or in its place a value, nobody reads those names.
  const isSpread = (place === "query" || place === "cookie") && explode !== false;
  const wantsObject = typesOf(subject.flat(schema))?.includes("object") ?? false;
  if (isSpread && value !== undefined && isObject(value) !== wantsObject) throw new Unwritable();
  if (isObject(value) && isEmptyWithin(value)) throw new Unwritable();
  const pairs = pairsOf(parameter, value);
  if (pairs.length === 0) return required === true;
  const { validator } = subject.making;
  // What is written as one text may be meant as one.
  if (pairs.length === 1 && validator.mayBe(schema, pairs[0]![1])) return false;
  return !validator.mayBe(schema, textsOf(value));
}
