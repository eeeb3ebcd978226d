import { ValidationError, type Issue } from "../http/validation-error.ts";
import { UNREADABLE } from "../schema/coerce.ts";
import { NO_VERDICT } from "../schema/fast/node.ts";
import { MOST_ISSUES, type Issue as SchemaIssue } from "../schema/issue.ts";
import { validate, type Verdict } from "../schema/validate.ts";
import type { Run } from "./run.ts";
import { issueOf, NOT_AN_OBJECT, type WireInput } from "./wire-input.ts";

/**
 * Reads inputs and asks their schemas. All of them are judged before a `ValidationError` is thrown with every issue; as
 * long as nothing is wrong and no schema is asynchronous, no issue and no promise is made.
 */
export function readInputs(run: Run, inputs: readonly WireInput[]): void | Promise<void> {
  const { values } = run;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    const value = input.read(run);
    if (value === UNREADABLE) return judgeRest(run, inputs, i, unreadable(run, input));
    const accepted = input.verdict === undefined ? NO_VERDICT : input.verdict(value);
    if (accepted !== NO_VERDICT) {
      values[input.slot] = accepted;
      continue;
    }
    const verdict = validate(input.schema, value);
    if (verdict instanceof Promise || verdict.issues !== undefined) return judgeRest(run, inputs, i, verdict);
    values[input.slot] = verdict.value;
  }
  return undefined;
}

const UNEXPLAINED: readonly SchemaIssue[] = [{ path: [], message: "cannot be read", code: "invalid" }];

/** Refused even if the reader should have nothing to say about it. */
function unreadable(run: Run, input: WireInput): Verdict | Promise<Verdict> {
  const issues = input.explain(run);
  return issues instanceof Promise ? issues.then(refused) : refused(issues);
}

function refused(issues: readonly SchemaIssue[]): Verdict {
  return { issues: issues.length === 0 ? UNEXPLAINED : issues };
}

type Judged = readonly SchemaIssue[] | Promise<readonly SchemaIssue[]>;

/** Goes on from input `from`, about which the verdict is there: the rest is judged too, asynchronous schemas at once. */
function judgeRest(
  run: Run,
  inputs: readonly WireInput[],
  from: number,
  verdict: Verdict | Promise<Verdict>,
): void | Promise<void> {
  const rest = inputs.slice(from);
  const judged: Judged[] = [take(run, inputs[from]!, verdict)];
  try {
    for (const input of rest.slice(1)) judged.push(take(run, input, judge(run, input)));
  } catch (error) {
    // Those that were asked are not waited for, but their rejections are not left to the process either.
    for (const each of judged) if (each instanceof Promise) each.catch(() => {});
    throw error;
  }
  if (judged.some((each) => each instanceof Promise))
    return Promise.all(judged.map(async (each) => each)).then((all) => refuse(rest, all));
  return refuse(rest, judged as (readonly SchemaIssue[])[]);
}

function judge(run: Run, input: WireInput): Verdict | Promise<Verdict> {
  const value = input.read(run);
  return value === UNREADABLE ? unreadable(run, input) : validate(input.schema, value);
}

const NO_ISSUES: readonly SchemaIssue[] = [];

function take(run: Run, input: WireInput, verdict: Verdict | Promise<Verdict>): Judged {
  if (verdict instanceof Promise) return verdict.then((settled) => take(run, input, settled));
  if (verdict.issues !== undefined) return verdict.issues;
  run.values[input.slot] = verdict.value;
  return NO_ISSUES;
}

function refuse(inputs: readonly WireInput[], judged: readonly (readonly SchemaIssue[])[]): void {
  const issues: Issue[] = [];
  let toldOfBody = false;
  for (const [i, each] of judged.entries())
    for (const issue of each) {
      if (issue === NOT_AN_OBJECT) {
        if (toldOfBody) continue;
        toldOfBody = true;
      }
      issues.push(issueOf(inputs[i]!, issue));
    }
  if (issues.length > MOST_ISSUES) throw new ValidationError(issues.slice(0, MOST_ISSUES), true);
  if (issues.length > 0) throw new ValidationError(issues);
}
