import type { Refuse } from "./refuse.ts";

interface ArkContext {
  readonly code: string;
  readonly base: Readonly<Record<string, unknown>>;
  readonly unit?: unknown;
  readonly domain?: string;
  readonly proto?: { readonly name?: string };
}
interface ArkMorph {
  readonly declaredOut?: unknown;
  readonly lastMorphIfNode?: unknown;
}

/** ArkType never throws by default and writes `{}` for what it cannot say. */
export function arktypeOptions(refuse: Refuse): Readonly<Record<string, unknown>> {
  return {
    fallback(context: ArkContext): Readonly<Record<string, unknown>> {
      const { code, base } = context;
      if (code === "date") return { type: "string", format: "date-time" };
      if (code === "predicate") return base;
      if (code === "unit" && context.unit === undefined) return { not: {} };
      refuse(
        `ArkType's ${context.domain ?? context.proto?.name ?? (code === "unit" ? typeof context.unit : code)}`,
      );
      return base;
    },
  };
}

/** Whether some morph of the type does not say what it gives: its output would be documented as anything. */
export function unknownMorph(schema: unknown): boolean {
  const { select } = schema as { select?: (kind: string) => readonly ArkMorph[] };
  if (typeof select !== "function") return false;
  return select
    .call(schema, "morph")
    .some((morph) => morph.declaredOut === undefined && morph.lastMorphIfNode === undefined);
}

interface ArkIssue {
  readonly message: string;
  readonly code?: unknown;
  readonly problem?: unknown;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly errors?: readonly ArkIssue[];
}

/** What `actual` may say without saying the value: "a string", "missing", … but not `5` or `"secret"`. */
const TYPE_ONLY = /^(?:missing|null|undefined|boolean|an? [a-z]+)$/;

/** ArkType's messages end in the value that was sent. Its own are written anew from their parts; an application's stay. */
export function arktypeMessage(issue: ArkIssue): string {
  const { message, problem, errors } = issue;
  if (typeof problem !== "string" || !message.endsWith(problem)) return message;
  if (errors !== undefined && errors.length > 0)
    return [...new Set(errors.map(arktypeMessage))].join(issue.code === "union" ? " or " : " and ");
  const { expected, actual } = issue;
  if (typeof expected !== "string") return "is not valid";
  return `must be ${expected}${typeof actual === "string" && TYPE_ONLY.test(actual) ? ` (was ${actual})` : ""}`;
}
