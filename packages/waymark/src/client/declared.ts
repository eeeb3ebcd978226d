import type { ErrorDeclaration } from "../endpoint.ts";
import type { Schema } from "../inputs/input.ts";
import type { AnyOutputKind, OneOutput, Output, Outputs } from "../outputs/output.ts";
import type { RoutePlan } from "./route-plan.ts";

/** What a route declares for a status that is no error; undefined where it says nothing of it. */
export function declaredOutput({ options, contract }: RoutePlan, status: number): OneOutput | undefined {
  const output: Output | undefined = options.output ?? contract.output;
  if (output === undefined || isOne(output)) return output;
  const declared = (output as Outputs)[status];
  if (declared === undefined || isOne(declared)) return declared;
  return (declared as { readonly schema: OneOutput }).schema;
}

function isOne(output: object): output is OneOutput {
  return "~standard" in output || "~output" in output;
}

export function isSchema(output: OneOutput): output is Schema {
  return "~standard" in output;
}

export function kindOf(output: OneOutput): AnyOutputKind {
  return output as AnyOutputKind;
}

/** What a route declares for the status of an error: true for words alone, and for the refusal of what a client sends. */
export function declaredError(plan: RoutePlan, status: number): ErrorDeclaration | true | undefined {
  const declared = plan.options.errors?.[status] ?? plan.contract.errors?.[status] ?? plan.errors[status];
  if (declared !== undefined) return typeof declared === "string" ? true : declared;
  return status === 422 && plan.placed.length > 0 ? true : undefined;
}
