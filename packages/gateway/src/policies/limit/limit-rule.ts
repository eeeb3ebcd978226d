import type { Policy } from "../../snapshot.ts";
import { sha256 } from "../digest.ts";
import { type Subject, subjectName, subjectOf } from "./subject.ts";

export type Period = "minute" | "hour" | "day" | "week" | "month" | "year";

/** How a limit counts. */
export type Counting =
  | { readonly algorithm: "token-bucket"; readonly window: number; readonly burst: number }
  | { readonly algorithm: "sliding-window"; readonly window: number }
  | { readonly algorithm: "calendar"; readonly period: Period }
  | { readonly algorithm: "leases" };

/** One limit of an operation, ready to be counted. */
export interface LimitRule {
  /** Which counters are its own: the same for all operations that one policy stands for, and after a reload. */
  readonly id: string;
  /** As the fields of replies have it. */
  readonly name: string;
  readonly limit: number;
  readonly cost: number;
  readonly counting: Counting;
  readonly subject: Subject;
  /** What happens where Redis does not answer: counted in this process alone, or refused by 503. */
  readonly failure: "open" | "closed";
  /** Whether replies tell of it. */
  readonly isTold: boolean;
}

/** What of a policy tells its counters from others. */
export type CountedPolicy = Pick<Policy, "kind" | "origin" | "scope">;

export interface CommonOptions {
  readonly by?: string | readonly string[];
  readonly name?: string;
  readonly cost?: number;
  readonly failure?: "open" | "closed";
  readonly headers?: boolean;
}

/** What a rule is besides how it counts. Throws a `TypeError` for what nobody can be told by. */
export function ruleOf(
  { kind, origin, scope }: CountedPolicy,
  options: CommonOptions,
  limit: number,
  counting: Counting,
  defaults: { readonly failure: "open" | "closed" },
): LimitRule {
  const { by, name, cost = 1, failure = defaults.failure, headers = true } = options;
  const subject = subjectOf(by);
  const told = kind === "limit" ? subjectName(by) : `${kind}-${subjectName(by)}`;
  const place = scope === undefined ? [origin.file, origin.pointer] : [scope];
  const own = name === undefined ? [windowOf(counting), ...place, ...listOf(by)] : [periodOf(counting), name];
  return {
    // Without the limit itself and the cost: one that is raised goes on from what was counted.
    id: sha256(JSON.stringify([kind, counting.algorithm, ...own])).slice(0, 16),
    name: name ?? told,
    limit,
    cost,
    counting,
    subject,
    failure,
    isTold: headers && counting.algorithm !== "leases",
  };
}

function periodOf(counting: Counting): string {
  return counting.algorithm === "calendar" ? counting.period : "";
}

function windowOf(counting: Counting): string | number {
  return "window" in counting ? counting.window : periodOf(counting);
}

function listOf(by: string | readonly string[] = "app"): readonly string[] {
  return typeof by === "string" ? [by] : by;
}
