import type { PolicyKind, Step, StepContext } from "../call.ts";
import { type Operation, PHASES, type Policy } from "../snapshot.ts";
import { impliedPolicies, KINDS } from "./kinds.ts";
import { countingStep } from "./limit/counting-step.ts";

/**
 * The steps of an operation in the order in which they run. `authn` and `validateRequest` are there in any case, and all
 * limits are one step, so that they are one question to Redis. Throws a `TypeError` for options that cannot be, with the
 * place that they come from.
 */
export function stepsOf(operation: Operation, context: StepContext): Step[] {
  const policies = [...operation.policies, ...impliedPolicies(operation)];
  const counted = policies.filter(isCounted);
  const order = [...KINDS.keys()];
  const steps = policies.flatMap((policy) => {
    if (isCounted(policy) && policy !== counted[0]) return [];
    const step = made(policy, () =>
      isCounted(policy) ? countingStep(counted, context) : stepOf(policy, context),
    );
    return step === undefined ? [] : [{ step, at: order.indexOf(policy.kind) }];
  });
  const phase = ({ step }: { readonly step: Step }): number => PHASES.indexOf(step.phase);
  // Sorting is stable: of one kind the order stays.
  return steps.toSorted((a, b) => phase(a) - phase(b) || a.at - b.at).map(({ step }) => step);
}

function isCounted({ kind }: Policy): boolean {
  return kind === "limit" || kind === "quota" || kind === "concurrency";
}

function stepOf(policy: Policy, context: StepContext): Step | undefined {
  const kind: PolicyKind | undefined = KINDS.get(policy.kind);
  if (kind === undefined)
    throw new TypeError(`there is no policy '${policy.kind}': it is one of ${[...KINDS.keys()].join(", ")}`);
  return kind.step(policy.options, context);
}

function made<T>({ kind, origin }: Policy, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const place = origin.line === null ? origin.file : `${origin.file}:${origin.line}`;
    throw new TypeError(`${place}: ${kind}: ${error.message}`, { cause: error });
  }
}
