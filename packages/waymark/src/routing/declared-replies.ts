import { isBodiless } from "../http/status.ts";
import type { Schema } from "../inputs/input.ts";
import * as mistakes from "../mistakes.ts";
import type { AnyOutputKind, DescribedOutput, Output, OutputKind } from "../outputs/output.ts";
import type { Mistake } from "../start-up-error.ts";
import { kindOf } from "./kind.ts";

/** One reply that a route declares. */
export interface DeclaredReply {
  readonly output: Schema | AnyOutputKind;
  readonly description: string | undefined;
}

/** Every reply that a route declares, errors aside, by status in ascending order. */
export type DeclaredReplies = ReadonlyMap<number, DeclaredReply>;

type Report = (mistake: Mistake) => void;

/** Whether an output is a schema, as which everything counts that says so. */
export function isSchema(output: unknown): output is Schema {
  // ArkType's are functions.
  return (
    ((typeof output === "object" && output !== null) || typeof output === "function") && "~standard" in output
  );
}

export function isOutputKind(output: unknown): output is AnyOutputKind {
  return typeof output === "object" && output !== null && "~output" in output;
}

/** Whether an output is a record of statuses. What is nothing of all this goes on as a schema, and is told of as one. */
export function isByStatus(output: Output | undefined): output is Exclude<Output, Schema | OutputKind> {
  if (typeof output !== "object" || output === null || isSchema(output) || isOutputKind(output)) return false;
  const prototype: unknown = Object.getPrototypeOf(output);
  return (prototype === Object.prototype || prototype === null) && !("~kind" in output);
}

/** The status of a plain result: the lowest 2xx; undefined where there is none. */
export function mainStatus(replies: DeclaredReplies): number | undefined {
  for (const status of replies.keys()) if (status < 300) return status;
  return undefined;
}

/**
 * The replies that the outputs of an endpoint and of its route declare together: undefined for none, and for one schema of
 * JSON, which is the route's `output`. A route's single output stands in the place of the main one of a record.
 */
export function declaredReplies(
  own: Output | undefined,
  routes: Output | undefined,
  status: number | undefined,
  report: Report,
): DeclaredReplies | undefined {
  const output = routes ?? own;
  if (isByStatus(output)) {
    const replies = ofRecord(output, status, report);
    if (isByStatus(own) && own !== output)
      checkCovered(
        ofRecord(own, undefined, () => {}),
        replies,
        report,
      );
    return replies;
  }
  if (isByStatus(own)) {
    const replies = new Map(ofRecord(own, status, report));
    const main = mainStatus(replies) ?? 200;
    return replies.set(main, { output: output as DeclaredReply["output"], description: undefined });
  }
  if (!isOutputKind(output)) return undefined;
  const at = status ?? (output["~output"] === "empty" ? 204 : 200);
  checkContent(at, output, report);
  return new Map([[at, { output, description: undefined }]]);
}

function ofRecord(output: object, status: number | undefined, report: Report): DeclaredReplies {
  if (status !== undefined) report(mistakes.statusBesideOutputs(status));
  const replies = new Map<number, DeclaredReply>();
  // Whole numbers as keys: the language itself has them in order.
  for (const [key, each] of Object.entries(output)) {
    const reply = replyOf(each);
    if (!/^[23]\d\d$/.test(key)) report(mistakes.invalidOutputStatus(key));
    else if (reply === undefined) report(mistakes.notAnOutput(key, kindOf(each)));
    else {
      checkContent(Number(key), reply.output, report);
      replies.set(Number(key), reply);
    }
  }
  if (Object.keys(output).length === 0) report(mistakes.notAnOutput(undefined, "an empty object"));
  return replies;
}

function replyOf(output: unknown): DeclaredReply | undefined {
  if (isSchema(output) || isOutputKind(output)) return { output, description: undefined };
  if (typeof output !== "object" || output === null) return undefined;
  const { schema, description } = output as Partial<DescribedOutput>;
  if (typeof description !== "string" || !(isSchema(schema) || isOutputKind(schema))) return undefined;
  return { output: schema, description };
}

function checkContent(status: number, output: Schema | AnyOutputKind, report: Report): void {
  if (isBodiless(status) && !(isOutputKind(output) && output["~output"] === "empty"))
    report(mistakes.statusWithoutContent(status));
}

/** What the function says by another status than the main one passes by `map`: the route has to know it as well. */
function checkCovered(own: DeclaredReplies, routes: DeclaredReplies, report: Report): void {
  const main = mainStatus(own);
  for (const status of own.keys())
    if (status !== main && status < 300 && !routes.has(status)) report(mistakes.lostOutput(status));
}
