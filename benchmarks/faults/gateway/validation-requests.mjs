// Requests for the operations of a snapshot: valid ones, ones with one thing wrong, and ones whose texts are what clients send
// by mistake. The values are judged by Ajv as they are made: that is what is expected of the first two kinds.
import fc from "fast-check";
import { Arbitraries } from "../../../packages/waymark/dist/testing/fuzz/arbitraries.js";
import { casesOf } from "../../../packages/waymark/dist/testing/fuzz/cases.js";
import { Unwritable } from "../../../packages/waymark/dist/testing/fuzz/draft.js";
import { Validator } from "../../../packages/waymark/dist/testing/fuzz/validator.js";
import { Violations } from "../../../packages/waymark/dist/testing/fuzz/violations.js";
import { writeDraft } from "../../../packages/waymark/dist/testing/fuzz/write-draft.js";

/** They say how long their body is, if there is none as well (RFC 9110 §8.6). */
const EXPECTING_BODY = new Set(["POST", "PUT", "PATCH"]);
/** What the gateway judges before any schema is asked: paths of two readings. */
const PATH_OF_ITS_OWN = /%(?:[01][0-9a-f]|2f|5c|7f)/i;
/** Texts where a document asks for another type, or for a text of some kind. */
const TEXTS = [
  "",
  "05",
  "+5",
  "1e1",
  "5.0",
  "-0",
  " 5",
  "0x10",
  "1,2",
  "TRUE",
  "True",
  "0",
  "null",
  "NaN",
  "a",
  "%41",
  "[]",
  "{}",
  "2020-02-30",
  "9007199254740993",
];
/** What stands in Content-Type in other spellings; `*` is the type that the document has. */
const CONTENT_TYPES = [
  "*; charset=utf-8",
  "*;charset=UTF-8",
  "*; charset=iso-8859-1",
  "* ; a=b",
  "*;",
  "*,*",
  "",
  "UPPER",
  "text/html",
  "application",
];

/**
 * Yields `{ operation, group, expected, message }`: the name of what is wrong, what Ajv expects (undefined: nobody says), and the
 * request as it goes over the wire, its body as bytes.
 * @param perGroup samples of each kind of mistake; five times as many are valid.
 */
export async function* requestsFor(snapshot, { perGroup, seed }) {
  const document = documentOf(snapshot);
  const validator = new Validator(document);
  const arbitraries = new Arbitraries(document, validator);
  const violations = new Violations(document, validator, arbitraries);
  const making = { document, validator, arbitraries, violations, values: undefined, fixed: {}, skipped: [] };
  for (const operation of snapshot.operations) {
    const asked = {
      method: operation.method,
      template: operation.template,
      label: operation.id,
      operation: document.paths[operation.template][operation.method.toLowerCase()],
      ownErrors: new Set(),
    };
    let groups;
    try {
      groups = casesOf(asked, making, false);
    } catch {
      // A schema that the generator cannot make values of: the gateway has tests of its own for those.
      continue;
    }
    const written = [];
    for (const { name, isValid, drafts, holds } of groups) {
      const numRuns = isValid ? perGroup * 5 : perGroup;
      for (const draft of fc.sample(drafts, { numRuns: numRuns * 2, seed }).slice(0, numRuns)) {
        const request = tried(() => (holds(draft) ? writeDraft(asked, draft) : undefined));
        if (request === undefined) continue;
        const message = await messageOf(request);
        if (PATH_OF_ITS_OWN.test(message.path)) continue;
        if (isValid) written.push(message);
        yield { operation, group: isValid ? "valid" : name, expected: isValid, message };
      }
    }
    if (written.length === 0) continue;
    yield* respelt(operation, written, perGroup, seed);
  }
}

function tried(make) {
  try {
    return make();
  } catch (error) {
    if (error instanceof Unwritable) return undefined;
    throw error;
  }
}

/** Valid requests in which one text is replaced by one that clients send by mistake. */
function* respelt(operation, written, perGroup, seed) {
  const pick = picker(seed);
  for (const parameter of operation.parameters) {
    const { in: place, name, schema } = parameter;
    if (
      place === "path" ||
      name.toLowerCase() === "content-length" ||
      JSON.stringify(schema) === '{"type":"string"}'
    )
      continue;
    for (let i = 0; i < perGroup; i++) {
      const text = pick(TEXTS);
      const message = withText(pick(written), place, name, text);
      if (message !== undefined)
        yield { operation, group: `${place}: ${JSON.stringify(text)}`, expected: undefined, message };
    }
    if (place !== "query") continue;
    const doubled = pick(written);
    const pair = doubled.search.split("&").find((each) => each.startsWith(`${encodeURIComponent(name)}=`));
    if (pair !== undefined)
      yield {
        operation,
        group: "query: twice",
        expected: undefined,
        message: { ...doubled, search: `${doubled.search}&${pair}` },
      };
  }
  for (let i = 0; i < perGroup; i++) {
    const message = pick(written);
    if (message.body.length === 0) continue;
    const type = message.headers["content-type"] ?? "";
    const spelling = pick(CONTENT_TYPES);
    const respelling =
      spelling === "UPPER" ? type.toUpperCase() : spelling.replaceAll("*", type.split(";")[0]);
    yield {
      operation,
      group: `content-type: ${spelling}`,
      expected: undefined,
      message: { ...message, headers: { ...message.headers, "content-type": respelling } },
    };
  }
  const unknown = pick(written);
  const search = unknown.search === "" ? "not_there=1" : `${unknown.search}&not_there=1`;
  yield { operation, group: "query: an unknown name", expected: undefined, message: { ...unknown, search } };
}

function withText(message, place, name, text) {
  if (place === "query") {
    const own = `${encodeURIComponent(name)}=`;
    const others = message.search.split("&").filter((pair) => pair !== "" && !pair.startsWith(own));
    return { ...message, search: [...others, own + encodeURIComponent(text)].join("&") };
  }
  if (text !== text.trim()) return undefined;
  if (place === "header") return { ...message, headers: { ...message.headers, [name.toLowerCase()]: text } };
  return { ...message, headers: { ...message.headers, cookie: `${name}=${encodeURIComponent(text)}` } };
}

function picker(seed) {
  let state = seed;
  return (list) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return list[(state >>> 8) % list.length];
  };
}

async function messageOf({ method, target, headers, body }) {
  const [path, ...rest] = target.split("?");
  const fields = {};
  for (const [name, value] of headers) fields[name.toLowerCase()] = value;
  let bytes = Buffer.alloc(0);
  if (body !== undefined) {
    const made = new Response(body);
    bytes = Buffer.from(await made.arrayBuffer());
    const type = made.headers.get("content-type");
    if (fields["content-type"] === undefined && type !== null && typeof body !== "string")
      fields["content-type"] = type;
  }
  if (bytes.length > 0 || EXPECTING_BODY.has(method)) fields["content-length"] = String(bytes.length);
  return { method, path, search: rest.join("?"), headers: fields, body: bytes };
}

/** The writer knows no label and no matrix; JSON in a parameter is made of what the schema asks for at least. */
function writable({ mediaType, schema, ...parameter }) {
  if (mediaType !== null)
    return { ...parameter, schema: { type: "string", enum: ['{"x":1}', '{"x":2,"y":0.5}'] } };
  const { style } = parameter;
  const prefix = style === "label" ? "." : `;${parameter.name}=`;
  if (style !== "label" && style !== "matrix") return { ...parameter, schema: schema ?? {} };
  return { ...parameter, style: "simple", schema: { type: "string", enum: [`${prefix}1`, `${prefix}20`] } };
}

/** The operations of a snapshot as a document of OpenAPI 3.1 in which nothing but schemas is referred to. */
function documentOf({ operations, schemas }) {
  const paths = {};
  for (const { method, template, id, parameters, requestBody } of operations)
    (paths[template] ??= {})[method.toLowerCase()] = {
      operationId: id,
      // A parameter that frames the message is written by whoever sends it.
      parameters: parameters.filter(({ name }) => name.toLowerCase() !== "content-length").map(writable),
      ...(requestBody !== null && {
        requestBody: {
          required: requestBody.required,
          content: Object.fromEntries(
            Object.entries(requestBody.content).map(([type, { schema }]) => [type, { schema: schema ?? {} }]),
          ),
        },
      }),
      responses: {},
    };
  const document = { openapi: "3.1.1", info: { title: "", version: "" }, paths, components: { schemas } };
  return JSON.parse(JSON.stringify(document).replaceAll('"#/schemas/', '"#/components/schemas/'));
}
