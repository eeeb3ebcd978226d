import { PROBLEM_JSON, problemOf } from "../http/problem.ts";
import { isBodiless, statusPhrase } from "../http/status.ts";
import { ValidationError } from "../http/validation-error.ts";
import type { Route } from "../routing/route.ts";
import { compact } from "./compact.ts";
import { deprecationHeaders } from "./deprecation-notes.ts";
import type { MediaTypeObject, ResponseObject, SchemaObject } from "./document.ts";
import type { Reads } from "./reads.ts";
import type { SchemaComponents } from "./schema-components.ts";
import { pascalCase } from "./title-case.ts";

/** The detail of the 401 that a missing credential gets. */
const UNAUTHENTICATED = "Not authenticated";

export interface ResponseContext {
  readonly schemas: SchemaComponents;
  readonly problem: SchemaObject;
  readonly validationProblem: SchemaObject;
  readonly label: string;
}

/** The responses of an operation: the one of success, and every error that somebody on the way declares. */
export function responsesOf(
  route: Route,
  reads: Reads,
  context: ResponseContext,
): Record<string, ResponseObject> {
  // Whole numbers as keys: the language itself keeps them in order.
  return {
    [route.status ?? 200]: success(route, context),
    ...unasked(reads, context),
    ...Object.fromEntries(
      Object.entries(route.errors).map(([status, error]) => {
        const { description, schema } = typeof error === "string" ? { description: error } : error;
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
            : { schema: { allOf: [context.problem, members] } };
        return [status, problemResponse(detail, body, Number(status) === 401 ? challenge(reads) : undefined)];
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

/** The errors that a request can meet though nobody declares them: a missing credential and values that are refused. */
function unasked(
  reads: Reads,
  { problem, validationProblem }: ResponseContext,
): Record<string, ResponseObject> {
  const responses: Record<string, ResponseObject> = {};
  if (reads.credentials.some(({ optional }) => !optional))
    responses["401"] = problemResponse(
      UNAUTHENTICATED,
      problemBody(problem, 401, UNAUTHENTICATED),
      challenge(reads),
    );
  const [wire] = reads.wire;
  const [body] = reads.bodies;
  if (wire !== undefined || body !== undefined)
    responses["422"] = problemResponse("Values that are missing or refused", {
      schema: validationProblem,
      example: refusal(wire?.place ?? "body", wire?.name ?? body?.name ?? ""),
    });
  return responses;
}

/** What the operation answers when one of its own values is refused. */
function refusal(place: string, name: string): unknown {
  const issue = { in: place, name, path: [], message: "What is wrong with it", code: "invalid_type" };
  return problemOf(new ValidationError([issue]));
}

/** RFC 9110 §11.6.1 asks for it on a 401, and the credentials of the framework send it. */
function challenge(reads: Reads): ResponseObject["headers"] {
  if (reads.credentials.length === 0) return undefined;
  return {
    "WWW-Authenticate": {
      description: "How to authenticate (RFC 9110 §11.6.1).",
      schema: { type: "string" },
    },
  };
}

/** With an example, since tools make one up otherwise, and then of another status. */
function problemBody(schema: SchemaObject, status: number, detail: string): MediaTypeObject {
  return { schema, example: { type: "about:blank", title: statusPhrase(status), status, detail } };
}

function problemResponse(
  description: string,
  body: MediaTypeObject,
  headers?: ResponseObject["headers"],
): ResponseObject {
  return compact<ResponseObject>({ description, headers, content: { [PROBLEM_JSON]: body } });
}
