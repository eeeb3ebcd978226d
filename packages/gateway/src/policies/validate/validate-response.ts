import { DEFAULT_LIMITS, HttpError, parseJson } from "waymark/internal";
import type { Call, PolicyKind, Step, StepContext, UpstreamReply } from "../../call.ts";
import type { JsonSchema, ResponseOutline } from "../../snapshot.ts";
import { choice, optionsSchema } from "../options.ts";
import { type BodyFormat, BodyRules } from "./body-rules.ts";
import { issuesOf, pointerOf } from "./issues.ts";
import { schemaSet, type SchemaValidator, UnusableSchema } from "./schema-set.ts";

export interface ValidateResponseOptions {
  readonly mode?: "off" | "log" | "enforce";
}

/** The kind `validateResponse`: whether upstreams keep to their documents. */
export const validateResponseKind: PolicyKind = {
  kind: "validateResponse",
  phase: "response",
  schema: optionsSchema(
    "Holds JSON replies against the document. They are kept in memory until they are judged; what streams is not judged.",
    {
      mode: choice(
        'What becomes of a reply that does not fit: "log" reports it, "enforce" puts a 502 in its place as well.',
        ["off", "log", "enforce"],
        "log",
      ),
    },
  ),
  isSingle: true,
  step: validateResponseStep,
};

/** Different mistakes of one operation that are reported; further ones are in the access log alone. */
const MOST_REPORTED = 20;

/** What is wrong, and where: nothing of the reply itself. */
interface Fault {
  readonly pointer: string;
  readonly message: string;
}

function validateResponseStep(
  { mode = "log" }: ValidateResponseOptions,
  context: StepContext,
): Step | undefined {
  if (mode === "off") return undefined;
  const { operation, schemas } = context;
  const set = schemaSet(schemas, "response");
  const checkOf = (schema: JsonSchema): SchemaValidator => set.validator(schema);
  const rules = new Map(
    Object.entries(operation.responses).map(([status, { content }]) => [
      status.toUpperCase(),
      rulesOf(content, checkOf),
    ]),
  );
  const reported = new Set<string>();

  const report = (call: Call, status: number, fault: Fault): void => {
    call.log["invalidResponse"] = fault;
    const line = `${operation.id}: a reply ${status} does not fit the document: ${fault.pointer} ${fault.message}`;
    if (reported.size >= MOST_REPORTED || reported.has(line)) return;
    reported.add(line);
    context.report(line);
  };
  return {
    phase: "response",
    kind: "validateResponse",
    needs: [...rules.values()].some((rule) => rule !== "none" && rule.readsBodies) ? ["response-body"] : [],
    respond(call, reply) {
      const fault = faultOf(rules, reply);
      if (fault === undefined) return undefined;
      report(call, reply.status, fault);
      if (mode === "enforce") throw new HttpError(502, "The service's reply does not fit what it promises.");
      return undefined;
    },
  };
}

type Rules = BodyRules<SchemaValidator> | "none";

function rulesOf(
  content: ResponseOutline["content"],
  checkOf: (schema: JsonSchema, format: BodyFormat) => SchemaValidator,
): Rules {
  return Object.keys(content).length === 0 ? "none" : new BodyRules(content, checkOf);
}

function faultOf(
  rules: ReadonlyMap<string, Rules>,
  { status, headers, body }: UpstreamReply,
): Fault | undefined {
  const rule =
    rules.get(String(status)) ?? rules.get(`${Math.floor(status / 100)}XX`) ?? rules.get("DEFAULT");
  // Documents seldom have every error; a success that nobody knows of is something else.
  if (rule === undefined)
    return status < 300 && rules.size > 0
      ? { pointer: "#", message: `the status ${status} is not documented` }
      : undefined;
  const contentType = headers.get("content-type");
  if (rule === "none" || contentType === undefined || body === undefined || body.length === 0)
    return undefined;
  const found = rule.ruleFor(contentType);
  if (found === undefined) return { pointer: "#", message: "its media type is not documented" };
  if (found.format !== "json" || found.check === undefined) return undefined;
  return jsonFault(body, found.check);
}

function jsonFault(body: Uint8Array, validator: SchemaValidator): Fault | undefined {
  let value: unknown;
  try {
    value = parseJson(body, DEFAULT_LIMITS.jsonDepth);
  } catch (error) {
    if (error instanceof HttpError) return { pointer: "#", message: "is not JSON" };
    throw error;
  }
  let errors: ReturnType<SchemaValidator["errors"]>;
  try {
    if (validator.isValid(value)) return undefined;
    errors = validator.errors(value, false);
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error;
    return { pointer: "#", message: `cannot be judged by its schema: ${error.message}` };
  }
  const [issue] = issuesOf(errors, value);
  return issue === undefined
    ? { pointer: "#", message: "is not valid" }
    : { pointer: pointerOf(issue.path), message: issue.message };
}
