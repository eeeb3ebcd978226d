import { HttpError } from "../http/http-error.ts";
import { parseJson } from "../http/json.ts";
import type { Schema } from "../inputs/input.ts";
import { MOST_ISSUES, type Issue } from "../schema/issue.ts";
import { validate, type Verdict } from "../schema/validate.ts";
import { fittingReason } from "./close.ts";
import type { InvalidMessage } from "./socket.ts";

/** A message as the function gets it, or why it does not. */
export type Incoming =
  | { readonly value: unknown; readonly invalid?: undefined }
  | { readonly invalid: InvalidMessage };
export type ReadMessage = (message: string | Uint8Array) => Incoming | Promise<Incoming>;

const encoder = new TextEncoder();

/** How messages are read: by a schema as JSON, without one as they come. @param depth of nesting that JSON may have. */
export function messageReader(receive: Schema | undefined, depth: number): ReadMessage {
  if (receive === undefined) return (value) => ({ value });
  return (message) => {
    if (typeof message !== "string")
      return invalid(1003, "This is a binary message; JSON in a text message is expected");
    let value: unknown;
    try {
      value = parseJson(encoder.encode(message), depth);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      // What is said of a request's body holds for a message.
      return invalid(1007, (error.detail ?? "").replace("body", "message"));
    }
    const verdict = validate(receive, value);
    return verdict instanceof Promise ? verdict.then(judge) : judge(verdict);
  };
}

function judge(verdict: Verdict): Incoming {
  if (verdict.issues === undefined) return verdict;
  const issues = verdict.issues.slice(0, MOST_ISSUES);
  const [first] = issues;
  return invalid(1008, first === undefined ? "The message does not fit" : sentenceOf(first), issues);
}

function sentenceOf({ path, message }: Issue): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

function invalid(code: InvalidMessage["code"], reason: string, issues: readonly Issue[] = []): Incoming {
  return { invalid: { code, reason: fittingReason(reason), issues } };
}
