import { PROBLEM_JSON, problemOf } from "../http/problem.ts";
import { isBodiless, statusPhrase } from "../http/status.ts";
import { ValidationError } from "../http/validation-error.ts";
import type { Route } from "../routing/route.ts";
import { compact } from "./compact.ts";
import { declaredResponses } from "./declared-responses.ts";
import { deprecationHeaders } from "./deprecation-notes.ts";
import type { MediaTypeObject, ResponseObject, SchemaObject } from "./document.ts";
import type { Reads } from "./reads.ts";
import { refusableValue } from "./refusable-value.ts";
import type { SchemaComponents } from "./schema-components.ts";
import { pascalCase } from "./title-case.ts";

/** The detail of the 401 that a missing credential gets. */
const UNAUTHENTICATED = "Not authenticated";
/** The detail of the 503 where an issuer's keys are out of reach. */
const UNAVAILABLE = "Tokens cannot be verified at the moment";

export interface ResponseContext {
  readonly schemas: SchemaComponents;
  readonly problem: SchemaObject;
  readonly validationProblem: SchemaObject;
  readonly label: string;
  /** Whether the document's version knows `itemSchema`. */
  readonly hasItemSchema: boolean;
}

/** The responses of an operation: the one of success, and every error that somebody on the way declares. */
export function responsesOf(
  route: Route,
  reads: Reads,
  context: ResponseContext,
): Record<string, ResponseObject> {
  // Whole numbers as keys: the language itself keeps them in order.
  return {
    ...(route.replies === undefined
      ? { [route.status ?? 200]: success(route, context) }
      : declaredResponses(route, route.replies, context)),
    ...unasked(route, reads, context),
    ...Object.fromEntries(
      Object.entries(route.errors).map(([status, error]) => {
        const { description, schema, mediaType }: Exclude<typeof error, string> =
          typeof error === "string" ? { description: error } : error;
        const members =
          schema &&
          context.schemas.schema(schema, "output", {
            name: pascalCase(`${route.operationId} ${statusPhrase(Number(status))}`),
            where: `error ${status} of ${context.label}`,
          });
        const title = statusPhrase(Number(status));
        const detail = description || title;
        const body =
          members === undefined
            ? problemBody(context.problem, Number(status), detail)
            : { schema: mediaType === undefined ? { allOf: [context.problem, members] } : members };
        const headers = isOfCredentials(Number(status), route) ? challenge(reads) : undefined;
        return [status, problemResponse(detail, body, headers, mediaType)];
      }),
    ),
  };
}

function success(route: Route, { schemas, label }: ResponseContext): ResponseObject {
  const status = route.status ?? 200;
  return compact<ResponseObject>({
    description: statusPhrase(status),
    headers: deprecationHeaders(route),
    content: isBodiless(status) || route.method === "HEAD" ? undefined : { "application/json": body() },
  });

  /** Without `output` nothing is known about what the function returns, and `{}` says so. */
  function body(): MediaTypeObject {
    if (route.output === undefined) return { schema: {} };
    const sighting = { name: pascalCase(`${route.operationId} result`), where: `the output of ${label}` };
    return { schema: schemas.schema(route.output, "output", sighting) };
  }
}

/**
 * The errors of the operation itself that a request can meet though nobody declares them: a credential that is missing,
 * values that are refused. What HTTP answers for any operation with a body is not among them, whatever the body is: one
 * that is malformed (400), too large (413) or of another type (415, and the media types of `requestBody` say which there
 * are). Like 405, 408 or 431 they would stand at every operation and tell of none; whoever wants them declares `errors`.
 */
function unasked(
  { scopes }: Route,
  reads: Reads,
  { problem, validationProblem }: ResponseContext,
): Record<string, ResponseObject> {
  const responses: Record<string, ResponseObject> = {};
  // an optional one is refused too where it is bad
  if (reads.credentials.length > 0)
    responses["401"] = problemResponse(
      UNAUTHENTICATED,
      problemBody(problem, 401, UNAUTHENTICATED),
      challenge(reads),
    );
  if (scopes.length > 0) {
    const detail = `This needs the scope ${scopes.join(" ")}`;
    responses["403"] = problemResponse(detail, problemBody(problem, 403, detail), challenge(reads));
  }
  if (reads.credentials.some(({ asksElsewhere }) => asksElsewhere))
    responses["503"] = problemResponse(UNAVAILABLE, problemBody(problem, 503, UNAVAILABLE), RETRY_AFTER);
  const [place, name] = refusableValue(reads);
  if (place !== undefined)
    responses["422"] = problemResponse("Values that are missing or refused", {
      schema: validationProblem,
      example: refusal(place, name),
    });
  return responses;
}

/** What the operation answers when one of its own values is refused. */
function refusal(place: string, name = ""): unknown {
  const issue = { in: place, name, path: [], message: "What is wrong with it", code: "invalid_type" };
  return problemOf(new ValidationError([issue]));
}

function isOfCredentials(status: number, { scopes }: Route): boolean {
  return status === 401 || (status === 403 && scopes.length > 0);
}

/** RFC 9110 §11.6.1 asks for it on a 401, RFC 6750 §3.1 on the 403 for a scope; the credentials of the framework send it. */
function challenge(reads: Reads): ResponseObject["headers"] {
  if (reads.credentials.length === 0) return undefined;
  return {
    "WWW-Authenticate": {
      description: "How to authenticate (RFC 9110 §11.6.1).",
      schema: { type: "string" },
    },
  };
}

const RETRY_AFTER: ResponseObject["headers"] = {
  "Retry-After": { description: "Seconds to wait (RFC 9110 §10.2.3).", schema: { type: "integer" } },
};

/** With an example, since tools make one up otherwise, and then of another status. */
function problemBody(schema: SchemaObject, status: number, detail: string): MediaTypeObject {
  return { schema, example: { type: "about:blank", title: statusPhrase(status), status, detail } };
}

function problemResponse(
  description: string,
  body: MediaTypeObject,
  headers?: ResponseObject["headers"],
  mediaType: string = PROBLEM_JSON,
): ResponseObject {
  return compact<ResponseObject>({ description, headers, content: { [mediaType]: body } });
}
