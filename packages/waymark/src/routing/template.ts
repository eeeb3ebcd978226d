import {
  comesBefore,
  goesOnAfter,
  hasNoName,
  mustStartWithSlash,
  namesTwice,
  needsBetween,
  neverClosed,
  neverOpened,
  unknownKind,
} from "./sentences.ts";

/** One "/"-delimited part of a template. */
export type Segment =
  | { readonly kind: "static"; readonly text: string }
  /** `literals` surround `names`: one more literal than names, those between two names not empty. */
  | { readonly kind: "parameter"; readonly names: readonly string[]; readonly literals: readonly string[] }
  | { readonly kind: "rest"; readonly name: string };

const NAME = /^[A-Za-z_][\w-]*$/;
/** One `{…}` of a segment, or a run of literal text. */
const PIECE = /\{([^{}]*)\}|([^{}]+)|([{}])/g;

/**
 * A path as a route declares it: `/items/{itemId}`, `/{id}.json`, `/{name}:cancel`, `/v{major}.{minor}`,
 * `/files/{rest:path}`.
 *
 * - Literal text stands for itself: it is compared with the decoded segment, so `/café` is what `/caf%C3%A9` asks for. A
 *   segment that begins with ":" and a name, or is "*", is a fault: elsewhere they are parameters.
 * - A parameter is at least one character and never crosses a "/"; a sent `%2F` is a "/" inside its value.
 * - Of several parameters in one segment each but the last is as short as it can be: `v{a}.{b}` reads `v1.2.3` as 1 and 2.3.
 * - A catch-all is the whole last segment and takes everything after the "/" before it, which may be nothing: `/files/`
 *   is matched by `/files/{rest:path}`, `/files` is not. Its segments are decoded one by one; a sent `%2F` stays `%2F`
 *   there, so that the value has as many segments as the path had.
 */
export class Template {
  readonly text: string;
  readonly segments: readonly Segment[];
  /** Parameter names from left to right: the order of the values that matching gives. */
  readonly names: readonly string[];
  /** The template with its names erased: two routes of one method and one shape are the same route. */
  readonly shape: string;
  /** The path as OpenAPI writes it: a catch-all as `{rest}`, literals percent-encoded where a URL needs it. */
  readonly openapiPath: string;

  /** @internal Of segments that were read already: `parseTemplate` and `Template.parse` make one of a text. */
  constructor(text: string, segments: readonly Segment[]) {
    this.text = text;
    this.segments = segments;
    this.names = segments.flatMap(namesOf);
    this.shape = write(segments, (_, rest) => (rest ? "{:path}" : "{}"), String);
    this.openapiPath = write(segments, (name) => `{${name}}`, encodeLiteral);
  }

  /** The template that a text is. Throws a `TypeError` that names every fault; `parseTemplate` returns them instead. */
  static parse(text: string): Template {
    const template = parseTemplate(text);
    if (template instanceof Template) return template;
    throw new TypeError(template.join("; "));
  }

  /**
   * The path with values in place of names, percent-encoded. Undefined when a value is missing or cannot stand in a
   * path: empty, or "." and ".." segments, which every client resolves away (RFC 3986 §5.2.4).
   */
  expand(values: Readonly<Record<string, unknown>>): string | undefined {
    const parts: string[] = [];
    for (const segment of this.segments) {
      const part = expandSegment(segment, values);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return `/${parts.join("/")}`;
  }
}

/** The template that a text is, or what is wrong with it: a sentence for each fault. */
export function parseTemplate(text: string): Template | readonly string[] {
  if (!text.startsWith("/")) return [mustStartWithSlash(text)];
  const faults: string[] = [];
  if (/[?#]/.test(text))
    faults.push(`'${text}' has a '?' or '#': a template is a path without query and fragment`);
  const parts = text.slice(1).split("/");
  if (parts.slice(0, -1).includes("")) faults.push(`'${text}' has an empty segment`);
  const segments = parts.map((part, index) => readSegment(part, index === parts.length - 1, text, faults));
  const names = segments.flatMap(namesOf);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index)))
    faults.push(namesTwice(text, name));
  return faults.length === 0 ? new Template(text, segments) : faults;
}

function readSegment(part: string, last: boolean, text: string, faults: string[]): Segment {
  const names: string[] = [];
  const literals: string[] = [""];
  faults.push(...foreignFaults(part, text));
  for (const [, parameter, literal, brace] of part.matchAll(PIECE)) {
    if (brace !== undefined) {
      faults.push(brace === "{" ? neverClosed(text) : neverOpened(text));
      break;
    }
    if (literal !== undefined) {
      literals[literals.length - 1] = literal;
      continue;
    }
    const [name, kind] = splitOnce(parameter ?? "", ":");
    if (kind === "path" && NAME.test(name)) {
      checkRest(part, name, last, text, faults);
      return { kind: "rest", name };
    }
    faults.push(...parameterFaults(name, kind, text));
    if (names.length > 0 && literals.at(-1) === "") faults.push(needsBetween(text, names.at(-1)!, name));
    names.push(name);
    literals.push("");
  }
  return names.length === 0 ? { kind: "static", text: part } : { kind: "parameter", names, literals };
}

/** What Express and others take for a parameter would be served as it is written; elsewhere in a segment both are text. */
function foreignFaults(part: string, text: string): string[] {
  const [foreign, name] = /^:([A-Za-z_]\w*)/.exec(part) ?? [];
  if (foreign !== undefined) return [`'${text}' has '${foreign}': a parameter is written {${name}}`];
  return part === "*" ? [`'${text}' has '*': what takes the rest of a path is written {rest:path}`] : [];
}

function checkRest(part: string, name: string, last: boolean, text: string, faults: string[]): void {
  const whole = `{${name}:path}`;
  if (!last || !part.endsWith(whole)) faults.push(goesOnAfter(text, name));
  else if (part !== whole) faults.push(comesBefore(text, name));
}

function parameterFaults(name: string, kind: string | undefined, text: string): string[] {
  if (name === "") return [hasNoName(text)];
  if (!NAME.test(name))
    return [`'${text}' has {${name}}: a name is letters, digits, '_' and '-', not beginning with a digit`];
  return kind === undefined ? [] : [unknownKind(text, name, kind)];
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + by.length)];
}

function namesOf(segment: Segment): readonly string[] {
  return segment.kind === "static" ? [] : segment.kind === "rest" ? [segment.name] : segment.names;
}

function write(
  segments: readonly Segment[],
  parameter: (name: string, rest: boolean) => string,
  literal: (text: string) => string,
): string {
  const writeOne = (segment: Segment): string => {
    if (segment.kind === "static") return literal(segment.text);
    if (segment.kind === "rest") return parameter(segment.name, true);
    return interleave(segment.literals.map(literal), (index) => parameter(segment.names[index]!, false));
  };
  return `/${segments.map(writeOne).join("/")}`;
}

function interleave(literals: readonly string[], between: (index: number) => string): string {
  return literals.reduce((text, literal, index) => text + between(index - 1) + literal);
}

/** What RFC 3986 §3.3 lets stand in a segment stays as it is. Half of a surrogate pair has no encoding. */
function encodeLiteral(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD")).replace(
    /%(?:3A|40|24|26|2B|2C|3B|3D)/g,
    decodeURIComponent,
  );
}

function expandSegment(segment: Segment, values: Readonly<Record<string, unknown>>): string | undefined {
  if (segment.kind === "static") return encodeLiteral(segment.text);
  const texts = namesOf(segment).map((name) => textOf(values, name));
  if (segment.kind === "rest") return texts[0] === undefined ? undefined : expandRest(texts[0]);
  if (texts.some((text) => text === undefined || text === "")) return undefined;
  const part = interleave(segment.literals.map(encodeLiteral), (index) => encodeLiteral(texts[index]!));
  return isDots(part) ? undefined : part;
}

function expandRest(text: string): string | undefined {
  const parts = text.split("/");
  return parts.some(isDots) ? undefined : parts.map(encodeLiteral).join("/");
}

function isDots(part: string): boolean {
  return part === "." || part === "..";
}

function textOf(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    typeof value === "bigint"
    ? String(value)
    : undefined;
}
