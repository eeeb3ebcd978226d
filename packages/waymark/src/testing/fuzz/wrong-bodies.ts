import fc, { type Arbitrary } from "fast-check";
import type { MediaTypeObject, SchemaObject } from "../../openapi/document.ts";
import { FieldForFile, Unwritable, type BodyDraft, type Draft } from "./draft.ts";
import { bodyKind, entryFor, isForm, isJson } from "./media-types.ts";
import type { CaseGroup, Subject } from "./subject.ts";
import { isEmptyList, isNothing, readingsOf } from "./wire-texts.ts";
import { isFile, isObject } from "./write-draft.ts";

const NO_JSON: readonly (string | Uint8Array)[] = [
  "{",
  '{"a":',
  "[1,]",
  "nul",
  "{'a':1}",
  "01",
  Uint8Array.of(0x22, 0xff, 0x22),
];

const NO_MULTIPART: readonly BodyDraft[] = [
  { contentType: "multipart/form-data", raw: "--x\r\n\r\n--x--\r\n" },
  { contentType: "multipart/form-data; boundary=x", raw: "no boundary in it" },
  {
    contentType: "multipart/form-data; boundary=x",
    raw: '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut o',
  },
];

const STRANGE = { raw: "made up", contentType: "application/x-made-up" };

/** Requests with a body that is wrong, or missing. */
export function wrongBodies(subject: Subject, valid: Arbitrary<Draft>): CaseGroup[] {
  const types = Object.entries(subject.content);
  if (types.length === 0) return [];
  const group = (name: string, bodies: Arbitrary<BodyDraft | undefined>): CaseGroup => ({
    name: `the body: ${name}`,
    isValid: false,
    drafts: fc.tuple(valid, bodies).map(([draft, body]) => ({ ...draft, body })),
    holds: () => true,
  });
  const groups: CaseGroup[] = [];
  if (subject.needsBody) groups.push(group("missing", fc.constant(undefined)));
  if (entryFor(subject.content, STRANGE.contentType) === undefined)
    groups.push(group("of another media type", fc.constant(STRANGE)));
  for (const [type, media] of types) {
    const raw = fc.constantFrom(...NO_JSON).map((text) => ({ raw: text, contentType: type }));
    if (isJson(type.toLowerCase())) groups.push(group("no JSON", raw));
    if (type === "multipart/form-data") groups.push(group("no multipart", fc.constantFrom(...NO_MULTIPART)));
    groups.push(...wrongValues(subject, type, media, valid));
  }
  return groups;
}

function wrongValues(
  subject: Subject,
  type: string,
  media: MediaTypeObject,
  valid: Arbitrary<Draft>,
): CaseGroup[] {
  const { schema = {} } = media;
  const kind = bodyKind(type, media);
  if (kind === undefined || kind === "text" || kind === "bytes") return [];
  const groups = subject.making.violations.of(schema).map(({ name, values }): CaseGroup => ({
    name: `the body as ${type}: ${name}`,
    isValid: false,
    drafts: fc.tuple(valid, values).map(([draft, value]) => ({ ...draft, body: { mediaType: type, value } })),
    holds: ({ body }) => body !== undefined && "value" in body && isWrong(subject, schema, type, body.value),
  }));
  return kind === "multipart" ? [...groups, ...wrongFiles(subject, type, schema, valid)] : groups;
}

function wrongFiles(
  subject: Subject,
  type: string,
  schema: SchemaObject,
  valid: Arbitrary<Draft>,
): CaseGroup[] {
  const { properties = {} } = subject.flat(schema);
  const whole = subject.attempt(`the body as ${type}`, () => subject.making.arbitraries.of(schema));
  if (whole === undefined) return [];
  return Object.entries(properties)
    .filter(([, property]) => isFile(property))
    .map(([name]) => ({
      name: `the body as ${type}: ${name}: a field where a file belongs`,
      isValid: false,
      drafts: fc.tuple(valid, whole).map(([draft, value]) => ({
        ...draft,
        body: { mediaType: type, value: { ...(value as object), [name]: new FieldForFile("made up") } },
      })),
      holds: () => true,
    }));
}

/** Whether no reading of what is written is what the schema says. */
function isWrong(subject: Subject, schema: SchemaObject, type: string, value: unknown): boolean {
  const { validator } = subject.making;
  if (!isForm(type)) return validator.issue(schema, value) !== undefined;
  if (!isObject(value)) throw new Unwritable();
  const { required = [] } = subject.flat(schema);
  // What is empty is not there, in a form.
  const there = Object.entries(value).filter(([name, each]) =>
    required.includes(name) ? !isEmptyList(each) : !isNothing(each),
  );
  return !readingsOf(there).some((reading) => validator.mayBe(schema, Object.fromEntries(reading)));
}
