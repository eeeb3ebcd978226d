import {
  codingOf,
  decode,
  decodeText,
  DEFAULT_LIMITS,
  HttpError,
  isPromise,
  parseJson,
} from "waymark/internal";
import type { Call } from "../../call.ts";
import type { JsonSchema, RequestBody } from "../../snapshot.ts";
import { type BodyFormat, type BodyRule, BodyRules } from "./body-rules.ts";
import { FormReader, type FormReading } from "./form-value.ts";
import { issuesOf, placed, type PlacedIssue } from "./issues.ts";
import type { NamedSchemas } from "./named-schemas.ts";
import { REQUIRED } from "./parameter-check.ts";
import type { SchemaSet, SchemaValidator } from "./schema-set.ts";

/** Bytes up to which every mistake is told; of a larger body the first one: to say each could cost more than all the rest. */
const MOST_EXPLAINED = 16 * 1024;

interface Judge {
  readonly validator: SchemaValidator;
  readonly form: FormReader | undefined;
}

const FINE: readonly PlacedIssue[] = [];

/** What the body of an operation's requests may be. */
export class BodyCheck {
  readonly #rules: BodyRules<Judge> | undefined;
  readonly #required: boolean;
  readonly #takesUndeclared: boolean;
  readonly #accepted: string;

  constructor(body: RequestBody | null, schemas: NamedSchemas, set: SchemaSet, takesUndeclared: boolean) {
    const judgeOf = (schema: JsonSchema, format: BodyFormat): Judge => {
      const form =
        format === "urlencoded" || format === "multipart" ? new FormReader(schema, schemas) : undefined;
      return { form, validator: set.validator(form?.schema ?? schema) };
    };
    this.#rules = body === null ? undefined : new BodyRules(body.content, judgeOf);
    this.#required = body?.required === true;
    this.#takesUndeclared = takesUndeclared;
    this.#accepted = Object.keys(body?.content ?? {}).join(", ");
  }

  /** Whether bodies have to be read to be judged. */
  get needsBody(): boolean {
    return this.#rules?.readsBodies === true;
  }

  /** Throws `HttpError` 415 where the head of a request says already that its body cannot be judged. */
  checkHead({ exchange }: Call): void {
    // A body of unknown length may be none at all, which needs no media type; who asks whether to send it has one.
    const isThere =
      exchange.header("content-length") !== undefined || exchange.header("expect") !== undefined;
    if (isThere && this.#ruleFor(exchange.header("content-type"))?.check !== undefined)
      codingOf(exchange, true);
  }

  /**
   * What is wrong with the body: nothing, mostly. Throws `HttpError` 415 for a media type or coding that cannot be judged,
   * 400 for what is not what it says it is, 413 for what is too large when it is decoded.
   */
  issues(call: Call): readonly PlacedIssue[] | Promise<readonly PlacedIssue[]> {
    const { exchange, body } = call;
    if (!exchange.hasBody || body?.length === 0)
      return this.#required ? [placed(REQUIRED, "body", "")] : FINE;
    const contentType = exchange.header("content-type");
    const rule = this.#ruleFor(contentType);
    const check = rule?.check;
    if (rule === undefined || check === undefined || body === undefined) return FINE;
    const coding = codingOf(exchange, true);
    if (coding === undefined) return judged(rule, check, body, contentType!);
    // What is judged is what is in it; what goes on are the bytes that came.
    return decode(body, coding, exchange.bodyLimit || call.operation.limits.body).then((decoded) =>
      judged(rule, check, decoded, contentType!),
    );
  }

  /** The rule for a body; undefined where any may go on. */
  #ruleFor(contentType: string | undefined): BodyRule<Judge> | undefined {
    if (this.#rules === undefined) {
      if (this.#takesUndeclared) return undefined;
      throw new HttpError(415, "This operation takes no body.");
    }
    const rule = contentType === undefined ? undefined : this.#rules.ruleFor(contentType);
    if (rule === undefined) throw this.#unsupported(contentType);
    return rule;
  }

  #unsupported(contentType: string | undefined): HttpError {
    const found =
      contentType === undefined ? "The body has no Content-Type" : "The body's Content-Type is not accepted";
    return new HttpError(415, `${found}; send ${this.#accepted}.`, { headers: { accept: this.#accepted } });
  }
}

function judged(
  { format }: BodyRule<Judge>,
  { validator, form }: Judge,
  bytes: Uint8Array,
  contentType: string,
): readonly PlacedIssue[] | Promise<readonly PlacedIssue[]> {
  const ofValue = (value: unknown): readonly PlacedIssue[] => {
    if (validator.isValid(value)) return FINE;
    const errors = validator.errors(value, bytes.length <= MOST_EXPLAINED);
    return issuesOf(errors, value).map((issue) => placed(issue, "body", ""));
  };
  const ofForm = ({ value, issues }: FormReading): readonly PlacedIssue[] =>
    issues === undefined ? ofValue(value) : issues.map((issue) => placed(issue, "body", ""));
  if (format === "json") return ofValue(parseJson(bytes, DEFAULT_LIMITS.jsonDepth));
  if (form === undefined) return ofValue(textOf(bytes));
  const reading = format === "urlencoded" ? form.urlencoded(bytes) : form.multipart(bytes, contentType);
  return isPromise(reading) ? (reading as Promise<FormReading>).then(ofForm) : ofForm(reading as FormReading);
}

function textOf(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text === undefined) throw new HttpError(400, "The body is not UTF-8 text.");
  return text;
}
