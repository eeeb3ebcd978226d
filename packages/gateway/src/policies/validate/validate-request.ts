import { HttpError, isPromise } from "waymark/internal";
import type { Call, PolicyKind, Step, StepContext } from "../../call.ts";
import { choice, flag, optionsSchema } from "../options.ts";
import { BodyCheck } from "./body-check.ts";
import { type PlacedIssue, refusal } from "./issues.ts";
import { parametersCheck } from "./parameters-check.ts";
import { schemaSet, UnusableSchema } from "./schema-set.ts";

export interface ValidateRequestOptions {
  readonly enabled?: boolean;
  readonly parameters?: boolean;
  readonly body?: boolean;
  readonly unknownQuery?: "forward" | "refuse";
  readonly undeclaredBody?: "refuse" | "forward";
  readonly status?: 400 | 422;
}

/** The kind `validateRequest`: what goes on is what the document says. On for every operation unless it says otherwise. */
export const validateRequestKind: PolicyKind = {
  kind: "validateRequest",
  phase: "validate",
  schema: optionsSchema(
    "Holds requests against the document: path, query, header fields, cookies, media type and body. What does not fit is refused with every mistake at once.",
    {
      enabled: flag("Whether anything of it is done.", true),
      parameters: flag("Whether path, query, header fields and cookies are held against the document.", true),
      body: flag("Whether the body is; false streams it through, and looks at nothing of it.", true),
      unknownQuery: choice(
        "What becomes of query parameters that the document does not have.",
        ["forward", "refuse"],
        "forward",
      ),
      undeclaredBody: choice(
        "What becomes of a body where the operation has none in the document: 415, or it goes on.",
        ["refuse", "forward"],
        "refuse",
      ),
      status: { enum: [400, 422], default: 422, description: "The status of a request that does not fit." },
    },
  ),
  isSingle: true,
  step: validateRequestStep,
};

const ALL_PLACES: ReadonlySet<string> = new Set(["path", "query", "header", "cookie"]);
const NO_PLACES: ReadonlySet<string> = new Set();

function validateRequestStep(options: ValidateRequestOptions, context: StepContext): Step | undefined {
  const {
    enabled = true,
    parameters = true,
    body = true,
    unknownQuery,
    undeclaredBody,
    status = 422,
  } = options;
  if (!enabled || (!parameters && !body)) return undefined;
  const { operation, schemas } = context;
  const set = schemaSet(schemas, "request");
  const ofParameters = parametersCheck(operation.parameters, {
    schemas,
    set,
    places: parameters ? ALL_PLACES : NO_PLACES,
    knownQuery: parameters && unknownQuery === "refuse" ? otherNames(context) : undefined,
    report: (name, reason) =>
      context.report(`${operation.id}: the parameter ${name} is not validated: it ${reason}`),
  });
  const ofBody = body
    ? new BodyCheck(operation.requestBody, schemas, set, undeclaredBody === "forward")
    : undefined;

  const conclude = (call: Call, fits: boolean, issues: readonly PlacedIssue[]): void => {
    if (fits && issues.length === 0) return;
    throw refusal([...(fits ? [] : ofParameters.issues(call)), ...issues], status);
  };
  const judge = (call: Call): void | Promise<void> => {
    const fits = ofParameters.isValid(call);
    if (ofBody === undefined) return conclude(call, fits, []);
    const issues = ofBody.issues(call);
    return isPromise(issues)
      ? (issues as Promise<readonly PlacedIssue[]>).then((settled) => conclude(call, fits, settled))
      : conclude(call, fits, issues as readonly PlacedIssue[]);
  };
  let isTold = false;
  const refusalFor = (error: unknown): unknown => {
    if (!(error instanceof UnusableSchema)) return error;
    if (!isTold) context.report(`${operation.id}: requests cannot be validated: ${error.message}`);
    isTold = true;
    return new HttpError(503, "Requests to this operation cannot be judged: its description has a fault.");
  };
  return {
    phase: "validate",
    kind: "validateRequest",
    needs: ofBody?.needsBody === true ? ["body"] : [],
    ...(ofBody?.needsBody === true && { beforeBody: (call: Call): void => ofBody.checkHead(call) }),
    run(call): void | Promise<void> {
      try {
        const judged = judge(call);
        return judged?.catch((error: unknown) => {
          throw refusalFor(error);
        });
      } catch (error) {
        throw refusalFor(error);
      }
    },
  };
}

/** Names of the query that somebody else reads: credentials, and what chooses a version. */
function otherNames({ operation, service }: StepContext): ReadonlySet<string> {
  const names = new Set<string>();
  for (const scheme of Object.values(service.securitySchemes))
    if (scheme.kind === "apiKey" && scheme.in === "query") names.add(scheme.name);
  for (const scheme of Object.values(service.passedSchemes ?? {}))
    if (scheme["type"] === "apiKey" && scheme["in"] === "query") names.add(String(scheme["name"]));
  if (operation.choice?.by === "query") names.add(operation.choice.name);
  return names;
}
