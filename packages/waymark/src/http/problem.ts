import type { Exchange } from "./exchange.ts";
import { HttpError } from "./http-error.ts";
import { statusPhrase } from "./status.ts";

/** A problem document (RFC 9457 §3.1). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

export interface ProblemOptions {
  /** Development: an unexpected error is shown with its message and stack. Default false. */
  readonly dev?: boolean;
}

export const PROBLEM_JSON = "application/problem+json";

/**
 * The problem document of an error. An `HttpError` gives its status, type, detail and members; anything else is a 500
 * that says nothing more, for its message may hold secrets (`dev` shows it).
 */
export function problemOf(error: unknown, { dev = false }: ProblemOptions = {}): Problem {
  if (error instanceof HttpError) return documentOf(error);
  const problem = { type: "about:blank", title: statusPhrase(500), status: 500 };
  if (!dev) return problem;
  if (!(error instanceof Error))
    return { ...problem, detail: `Something was thrown that is no Error: ${typeof error}` };
  return {
    ...problem,
    detail: `${error.name}: ${error.message}`,
    stack: (error.stack ?? "").split("\n").map((line) => line.trim()),
  };
}

function documentOf({ type = "about:blank", status, detail, members }: HttpError): Problem {
  const title = statusPhrase(status);
  const named = detail === undefined ? { type, title, status } : { type, title, status, detail };
  // First for the order of the document, last because members must not set the names of RFC 9457.
  return members === undefined ? named : { ...named, ...members, ...named };
}

/** Fields that describe the body of the reply that an error replaces (RFC 9110 §8). */
const OF_THE_BODY = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-range",
  "content-disposition",
  "etag",
  "last-modified",
];

/**
 * Makes an error the reply: status, `application/problem+json`, the error's own header fields. Fields that were set
 * before stay, but for those that describe the body there would have been. Does not call `end`.
 */
export function writeProblem(exchange: Exchange, error: unknown, options?: ProblemOptions): void {
  const problem = problemOf(error, options);
  if (exchange.fields !== undefined) for (const name of OF_THE_BODY) exchange.removeField(name);
  if (error instanceof HttpError && error.headers !== undefined) writeFields(exchange, error.headers);
  exchange.status = problem.status;
  exchange.contentType = PROBLEM_JSON;
  exchange.payload = stringify(problem);
}

/** A field that HTTP cannot carry is left out: an error must not fail on its way to becoming a reply. */
function writeFields(exchange: Exchange, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      exchange.setField(name, value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

/** Members are the application's: a bigint or a cycle in them must not turn a 4xx into a failure. */
function stringify(problem: Problem): string {
  try {
    return JSON.stringify(problem);
  } catch {
    const { type, title, status, detail } = problem;
    return JSON.stringify({ type, title, status, detail });
  }
}
