import type { ErrorObject } from "ajv";
import { HttpError, MOST_ISSUES, type Issue } from "waymark/internal";
import { escapeToken, tokensOf } from "../../documents/pointer.ts";

/** One thing that is wrong with a request or a reply. The value that was sent is not part of it. */
export interface PlacedIssue extends Issue {
  /** "path", "query", "header", "cookie" or "body". */
  readonly in: string;
  /** The parameter; "" for a body. */
  readonly name: string;
  /** JSON pointer into the value, as a fragment (RFC 6901 §6): "#/items/0/price". */
  readonly pointer: string;
}

/** The place of an issue, and the pointer that goes with its path. */
export function placed({ path, message, code }: Issue, place: string, name: string): PlacedIssue {
  return { in: place, name, path, pointer: pointerOf(path), message, code };
}

export function pointerOf(path: readonly (string | number)[]): string {
  const tokens = path.map((token) => escapeToken(String(token)).toWellFormed());
  return `#${tokens.map((token) => `/${encodeURIComponent(token)}`).join("")}`;
}

/** Keywords that only say that another one said no. */
const EMPTY: ReadonlySet<string> = new Set(["if"]);

/** Ajv's complaints as issues; the path says an index as a number. */
export function issuesOf(errors: readonly ErrorObject[], value: unknown): Issue[] {
  const issues: Issue[] = [];
  for (const error of errors) {
    if (EMPTY.has(error.keyword)) continue;
    issues.push(issueOf(error, value));
    if (issues.length > MOST_ISSUES) break;
  }
  return issues;
}

function issueOf({ keyword, instancePath, params, message }: ErrorObject, value: unknown): Issue {
  const path = pathIn(instancePath, value);
  if (keyword === "required")
    return { path: [...path, String(params["missingProperty"])], message: "is required", code: "required" };
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
    const name = String(params["additionalProperty"] ?? params["unevaluatedProperty"]).slice(0, LONGEST_NAME);
    return {
      path: [...path, name],
      message: "nothing of this name is known here",
      code: "unrecognized_keys",
    };
  }
  return { path, message: message ?? "is not valid", code: keyword === "type" ? "invalid_type" : keyword };
}

/** Names come from the client, and need not be repeated at length. */
const LONGEST_NAME = 100;

function pathIn(instancePath: string, value: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let at = value;
  for (const key of tokensOf(instancePath)) {
    path.push(Array.isArray(at) ? Number(key) : key.slice(0, LONGEST_NAME));
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  }
  return path;
}

/** The reply to a request that does not fit its operation: every issue at once, as the framework's own validation has it. */
export function refusal(issues: readonly PlacedIssue[], status: 400 | 422): HttpError {
  const told = issues.slice(0, MOST_ISSUES);
  const detail = "The request does not fit what this operation takes.";
  return new HttpError(
    status,
    issues.length > MOST_ISSUES
      ? `${detail} These are the first ${MOST_ISSUES} mistakes; there are more.`
      : detail,
    { members: { errors: told } },
  );
}
