import type {
  HeaderObject,
  MediaTypeObject,
  OpenApiDocument,
  ReferenceObject,
  ResponseObject,
  SchemaObject,
} from "../../openapi/document.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { target } from "../../schema/resolve.ts";
import type { CheckName } from "../fuzz-options.ts";
import { flatten } from "./flatten.ts";
import { entryFor, isJson, isJsonLines } from "./media-types.ts";
import type { FuzzOperation } from "./operations.ts";
import { eventsIn, linesIn, type Received } from "./received.ts";
import type { CaseGroup } from "./subject.ts";
import type { Validator } from "./validator.ts";

export interface Verdict {
  readonly check: CheckName;
  readonly message: string;
}

/** What any request may be answered before its operation is known to be meant, or its body to be readable. */
const GENERAL: ReadonlySet<number> = new Set([400, 404, 413, 414, 415, 431]);
const REFUSALS: ReadonlySet<number> = new Set([400, 415, 422]);
const PROBLEM = "application/problem+json";

/** Judges replies by the document. */
export class Judge {
  readonly #document: OpenApiDocument;
  readonly #validator: Validator;
  readonly #undocumented: ReadonlySet<number>;

  constructor(document: OpenApiDocument, validator: Validator, undocumented: readonly number[] = []) {
    this.#document = document;
    this.#validator = validator;
    this.#undocumented = new Set(undocumented);
  }

  /** Everything that is wrong with a reply, the worst first. */
  verdicts(operation: FuzzOperation, group: CaseGroup, received: Received): Verdict[] {
    const verdicts: Verdict[] = [];
    const add = (check: CheckName, message: string | undefined): void => {
      if (message !== undefined) verdicts.push({ check, message });
    };
    const documented = responseFor(operation, received.status);
    add("server-error", serverError(received, documented));
    if (verdicts.length > 0) return verdicts;
    add(
      group.isValid ? "refused-but-valid" : "accepted-but-invalid",
      wrongVerdict(operation, group, received),
    );
    if (documented !== undefined) {
      for (const [check, message] of this.#ofDocumented(documented, received)) add(check, message);
      return verdicts;
    }
    // The route of a request that is right did match: 404 is then the function's own answer.
    const isGeneral = GENERAL.has(received.status) && !(group.isValid && received.status === 404);
    if (!isGeneral && !this.#undocumented.has(received.status))
      add(
        "undocumented-status",
        `${received.status} is not documented: declare it, by status, output or errors`,
      );
    else if (isGeneral && received.type !== PROBLEM)
      add(
        "undocumented-type",
        `${received.status} with ${shown(received.type)}, where errors are ${PROBLEM}`,
      );
    return verdicts;
  }

  *#ofDocumented(response: ResponseObject, received: Received): Generator<[CheckName, string | undefined]> {
    for (const [name, header] of Object.entries(response.headers ?? {}))
      yield ["invalid-header", this.#headerIssue(name, header, received.headers)];
    const { content } = response;
    const isBodiless = received.text === "" && received.type === "";
    if (content === undefined) {
      if (received.text !== "")
        yield ["undocumented-type", `${received.status} has a body, and none is documented`];
      return;
    }
    if (isBodiless && received.status === 304) return;
    const media = entryFor(content, received.type);
    if (media !== undefined)
      yield ["invalid-reply", charsetIssue(received) ?? this.#bodyIssue(media, received)];
    else
      yield [
        "undocumented-type",
        `${received.status} with ${shown(received.type)}, where ${Object.keys(content).join(", ")} is documented`,
      ];
  }

  #headerIssue(name: string, given: HeaderObject | ReferenceObject, headers: Headers): string | undefined {
    const header =
      "$ref" in given
        ? (target(given.$ref, this.#document as unknown as JsonSchema) as unknown as HeaderObject)
        : given;
    const value = headers.get(name);
    if (value === null)
      return (header as { required?: boolean }).required === true ? `${name} is missing` : undefined;
    if (header.schema === undefined || this.#validator.mayBe(header.schema, value)) return undefined;
    return `${name} is ${JSON.stringify(value)}: ${this.#validator.issue(header.schema, value) ?? "not what its schema says"}`;
  }

  #bodyIssue(media: MediaTypeObject, received: Received): string | undefined {
    const { schema } = media;
    const items = media.itemSchema ?? itemsOf(schema);
    if (received.type === "text/event-stream" && items !== undefined)
      return this.#eventsIssue(items, received);
    if (items !== undefined) return first(linesIn(received), (line) => this.#jsonIssue(items, line));
    if (schema === undefined || !received.isWhole) return undefined;
    if (isJson(received.type)) return this.#jsonIssue(schema, received.text);
    if (schema["format"] === "binary") return undefined;
    return this.#validator.issue(schema, received.text);
  }

  #jsonIssue(schema: SchemaObject, text: string): string | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return `the body is no JSON: ${text.slice(0, 100)}`;
    }
    return this.#validator.issue(schema, value);
  }

  #eventsIssue(items: SchemaObject, received: Received): string | undefined {
    const flat = flatten(items, this.#document);
    const data = typeof flat === "boolean" ? undefined : flat.properties?.["data"];
    const inside = typeof data === "object" ? (data["contentSchema"] as SchemaObject | undefined) : undefined;
    return first(eventsIn(received.text), ({ id, ...event }) => {
      const issue = this.#validator.issue(items, id === "" ? event : { ...event, id });
      return issue ?? (inside === undefined ? undefined : this.#jsonIssue(inside, event.data));
    });
  }
}

function responseFor(
  { operation: { responses } }: FuzzOperation,
  status: number,
): ResponseObject | undefined {
  return responses[status] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses["default"];
}

function serverError(
  { status, fault }: Received,
  documented: ResponseObject | undefined,
): string | undefined {
  if (fault !== undefined)
    return status >= 500
      ? `answered ${status} for an error that nothing handled`
      : "an error that nothing handled cut the reply off";
  return status >= 500 && documented === undefined ? `answered ${status}` : undefined;
}

function wrongVerdict(
  { ownErrors }: FuzzOperation,
  { isValid, name }: CaseGroup,
  { status, text }: Received,
): string | undefined {
  if (!isValid) return status < 400 ? `answered ${status} to a request that is wrong (${name})` : undefined;
  if (!REFUSALS.has(status)) return undefined;
  // An error that the application declares is its own affair, unless it is validation that speaks.
  if (ownErrors.has(status) && !namesIssues(text)) return undefined;
  return `answered ${status} to a request that is right`;
}

const UTF_8: ReadonlySet<string> = new Set(["utf-8", "utf8"]);

/** JSON is UTF-8 and has no other charset (RFC 8259 §8.1 and §11), nor has a stream of events (WHATWG HTML §9.2). */
function charsetIssue({ type, charset }: Received): string | undefined {
  if (charset === undefined || UTF_8.has(charset)) return undefined;
  const isUtf8 = isJson(type) || type === "text/event-stream" || isJsonLines(type);
  return isUtf8 ? `the body says that it is in ${charset}, and ${type} is UTF-8` : undefined;
}

function namesIssues(text: string): boolean {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    return Array.isArray(errors);
  } catch {
    return false;
  }
}

/** 3.1 says what a stream holds by the words of JSON Schema for texts. */
function itemsOf(schema: SchemaObject | undefined): SchemaObject | undefined {
  const { contentSchema } = (schema ?? {}) as { contentSchema?: { items?: SchemaObject } };
  return contentSchema?.items;
}

function first<T>(each: readonly T[], issueOf: (one: T) => string | undefined): string | undefined {
  for (const one of each) {
    const issue = issueOf(one);
    if (issue !== undefined) return issue;
  }
  return undefined;
}

function shown(type: string): string {
  return type === "" ? "no media type" : type;
}
