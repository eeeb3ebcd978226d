import fc, { type Arbitrary } from "fast-check";
import type { MediaTypeObject, ParameterObject, SchemaObject } from "../../openapi/document.ts";
import { keyOf, Upload, type BodyDraft, type Draft } from "./draft.ts";
import { flatten, typesOf } from "./flatten.ts";
import { bodyKind, isForm } from "./media-types.ts";
import type { CaseGroup, Subject } from "./subject.ts";
import { Ungenerable } from "./ungenerable.ts";
import { isNothing } from "./wire-texts.ts";
import { pairsOf } from "./write-draft.ts";

/** Requests that are right; undefined where something that has to be there cannot be made up. */
export function validCases(subject: Subject, hasCredentials: boolean): CaseGroup | undefined {
  const model: Record<string, Arbitrary<unknown>> = {};
  for (const parameter of subject.parameters) {
    const made = subject.attempt(keyOf(parameter), () => valuesOf(subject, parameter));
    if (made !== undefined) model[keyOf(parameter)] = made;
    else if (parameter.required === true) return undefined;
  }
  const bodies = Object.entries(subject.content).flatMap(
    ([type, media]) => subject.attempt(`the body as ${type}`, () => bodiesOf(subject, type, media)) ?? [],
  );
  if (bodies.length === 0 && subject.needsBody) return undefined;
  const some = bodies.length === 0 ? fc.constant(undefined) : fc.oneof(...bodies);
  const drafts: Arbitrary<Draft> = fc.record({
    parameters: fc.record(model),
    body: subject.needsBody ? some : maybe(some),
    hasCredentials: fc.constant(hasCredentials),
  });
  return { name: "valid", isValid: true, drafts, holds: (draft) => isValid(subject, draft) };
}

function valuesOf(subject: Subject, parameter: ParameterObject): Arbitrary<unknown> {
  const { name, schema, required } = parameter;
  if (subject.isFixed(parameter)) return fc.constant(subject.making.fixed[name]);
  const make = (): Arbitrary<unknown> => subject.making.arbitraries.of(schema);
  const values = preferring(subject.given(name), shownIn(parameter), make);
  return required === true ? values : maybe(values);
}

function bodiesOf(subject: Subject, type: string, media: MediaTypeObject): Arbitrary<BodyDraft> {
  if (bodyKind(type, media) === undefined)
    throw new Ungenerable(`only the application knows how ${type} is written`);
  const make = (): Arbitrary<unknown> => bodyValues(subject, type, media.schema ?? {});
  const values = preferring(subject.given("body"), shownIn(media), make);
  return values.map((value) => ({ mediaType: type, value }));
}

/** A form of which nothing is said may be one of files. */
function bodyValues(subject: Subject, type: string, schema: SchemaObject): Arbitrary<unknown> {
  const made = subject.making.arbitraries.of(schema);
  if (type !== "multipart/form-data" || subject.flat(schema).properties !== undefined) return made;
  const uploads = fc.string().map((text) => ({ file: new Upload(text) }));
  return fc.oneof(made, uploads);
}

/** The examples of the document. */
function shownIn({ example, examples = {} }: ParameterObject | MediaTypeObject): readonly unknown[] {
  const several = Object.values(examples).map(({ value }) => value);
  return example === undefined ? several : [example, ...several];
}

/** What exists more often than what is made up, what the document shows less often. */
function preferring(
  given: readonly unknown[],
  shown: readonly unknown[],
  make: () => Arbitrary<unknown>,
): Arbitrary<unknown> {
  const known = [
    ...(given.length === 0 ? [] : [{ weight: 6, arbitrary: fc.constantFrom(...given) }]),
    ...(shown.length === 0 ? [] : [{ weight: 1, arbitrary: fc.constantFrom(...shown) }]),
  ];
  if (known.length === 0) return make();
  try {
    return fc.oneof(...known, { weight: 3, arbitrary: make() });
  } catch (error) {
    if (error instanceof Ungenerable) return fc.oneof(...known);
    throw error;
  }
}

function maybe<T>(arbitrary: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 3 });
}

function isValid(subject: Subject, { parameters, body }: Draft): boolean {
  const { validator } = subject.making;
  for (const parameter of subject.parameters) {
    const value = parameters[keyOf(parameter)];
    if (value === undefined) continue;
    if (validator.issue(parameter.schema, value) !== undefined) return false;
    // An empty list is not there, on the wire.
    if (parameter.required === true && pairsOf(parameter, value).length === 0) return false;
    if (!isRead(subject, parameter.schema, value)) return false;
  }
  return body === undefined || isValidBody(subject, body);
}

/** Where a text is admitted it stays one (see schema/scalar.ts): there is no way to send another scalar. */
function isRead(subject: Subject, schema: SchemaObject, value: unknown): boolean {
  if (typeof value !== "number" && typeof value !== "boolean") return true;
  return !admitsText(subject, schema) || subject.making.validator.issue(schema, String(value)) === undefined;
}

function admitsText(subject: Subject, schema: SchemaObject | boolean): boolean {
  const flat = flatten(schema, subject.making.document);
  if (typeof flat === "boolean") return flat;
  const branches = flat.anyOf ?? flat.oneOf;
  if (branches !== undefined) return branches.some((branch) => admitsText(subject, branch));
  if (flat.enum !== undefined) return flat.enum.some((each) => typeof each === "string");
  if ("const" in flat) return typeof flat.const === "string";
  return typesOf(flat)?.includes("string") ?? true;
}

function isValidBody(subject: Subject, body: BodyDraft): boolean {
  if ("raw" in body) return false;
  const { schema = {} } = subject.content[body.mediaType] ?? {};
  if (subject.making.validator.issue(schema, body.value) !== undefined) return false;
  if (!isForm(body.mediaType)) return true;
  const { required = [] } = subject.flat(schema);
  // What is empty is not there, in a form.
  return required.every((name) => !isNothing((body.value as Record<string, unknown>)[name]));
}
