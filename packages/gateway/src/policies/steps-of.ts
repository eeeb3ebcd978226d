import type { PolicyKind, Step, StepContext } from "../call.ts";
import { type Operation, PHASES, type Policy } from "../snapshot.ts";
import { IMPLIED, KINDS } from "./kinds.ts";
import { countingStep } from "./limit/counting-step.ts";
import { usedPolicy } from "./use.ts";

/**
 * The steps of an operation in the order in which they run. Of kinds that are single the last policy counts, `authn` and
 * `validateRequest` are there in any case, and all limits are one step, so that they are one question to Redis. Throws a
 * `TypeError` for options that cannot be, with the place that they come from.
 */
export function stepsOf(operation: Operation, context: StepContext): Step[] {
  const policies = effective(operation);
  const counted = policies.filter(isCounted);
  const order = [...KINDS.keys()];
  const steps: { readonly step: Step; readonly at: number }[] = [];
  const add = (policy: Policy, step: Step | undefined): void => {
    if (step !== undefined) steps.push({ step, at: order.indexOf(policy.kind) });
  };
  for (const policy of policies) {
    if (!isCounted(policy))
      add(
        policy,
        made(policy, () => stepOf(policy, context)),
      );
    else if (policy === counted[0])
      add(
        policy,
        made(policy, () => countingStep(counted, context)),
      );
  }
  const phase = ({ step }: { readonly step: Step }): number => PHASES.indexOf(step.phase);
  // Sorting is stable: of one kind the order stays.
  return steps.toSorted((a, b) => phase(a) - phase(b) || a.at - b.at).map(({ step }) => step);
}

function isCounted({ kind }: Policy): boolean {
  return kind === "limit" || kind === "quota" || kind === "concurrency";
}

/** The policies that count, those included that nobody wrote down. */
function effective({ policies, origin }: Operation): Policy[] {
  const implied = IMPLIED.filter(({ kind }) => !policies.some((policy) => policy.kind === kind)).map(
    ({ kind, phase }) => ({ kind, phase, options: {}, origin }),
  );
  const all = [...policies, ...implied];
  return all.filter(
    (policy, index) =>
      KINDS.get(policy.kind)?.isSingle !== true ||
      !all.slice(index + 1).some(({ kind }) => kind === policy.kind),
  );
}

function stepOf(policy: Policy, context: StepContext): Step | undefined {
  if (policy.kind === "use") return usedPolicy(policy, context);
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
