import type { StandardSchemaV1 } from "@standard-schema/spec";
import { MOST_ISSUES, type Issue } from "./issue.ts";
import { arktypeMessage } from "./libraries/arktype.ts";
import { valibotMessage } from "./libraries/valibot.ts";

/**
 * The libraries' issues in one form: plain paths, the library's code, messages without the submitted value. One more than
 * `MOST_ISSUES` at most, so that it shows when there are more.
 */
export function issuesOf(issues: readonly StandardSchemaV1.Issue[], vendor: string, value: unknown): Issue[] {
  return issues.slice(0, MOST_ISSUES + 1).map((issue) => {
    // ArkType's paths are arrays of a class of its own, which map would give again.
    const path = Array.from(issue.path ?? [], keyOf);
    return { path, message: messageOf(issue, vendor, valueAt(value, path)), code: codeOf(issue) };
  });
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string | number {
  const key = typeof segment === "object" && segment !== null ? segment.key : segment;
  return typeof key === "number" ? key : String(key);
}

function codeOf(issue: StandardSchemaV1.Issue): string {
  const { code, type } = issue as { code?: unknown; type?: unknown };
  return typeof code === "string" ? code : typeof type === "string" ? type : "invalid";
}

function messageOf(issue: StandardSchemaV1.Issue, vendor: string, value: unknown): string {
  let { message } = issue;
  if (vendor === "arktype") message = arktypeMessage(issue);
  else if (vendor === "valibot") message = valibotMessage(issue);
  // Whatever the library: a text that was sent, and is quoted back, is taken out.
  if (typeof value === "string" && value !== "") {
    const quoted = JSON.stringify(value);
    if (message.includes(quoted)) message = message.replaceAll(quoted, "this value");
  }
  return message;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string | number, unknown>)[key];
  }
  return current;
}
