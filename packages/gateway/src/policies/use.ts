import { HttpError } from "waymark/internal";
import type { LoadedPolicy, PolicyKind, Step, StepContext } from "../call.ts";
import { optionsSchema, text } from "./options.ts";
import { newAjv } from "./validate/ajv.ts";
import { issuesOf } from "./validate/issues.ts";

export interface UseOptions {
  readonly module: string;
  readonly export?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** SHA-256 of the module's text, which the loader adds: a snapshot of other code is another one. */
  readonly digest?: string;
}

/** The kind `use`: a policy in TypeScript. It runs in the phase that the module says, which the loader writes into the snapshot. */
export const useKind: PolicyKind = {
  kind: "use",
  phase: "request",
  schema: optionsSchema(
    "A policy in TypeScript, made by `definePolicy`. It runs in the phase that it says itself.",
    {
      module: text("The module, relative to the configuration."),
      export: text("Which of its exports.", { default: "default" }),
      with: { type: "object", description: "What the policy is told: it has a schema of its own." },
    },
    ["module"],
  ),
  step: usedStep,
};

/** By what the modules of a context are kept. */
export function moduleKey({ module, export: name = "default" }: UseOptions): string {
  return name === "default" ? module : `${module}#${name}`;
}

function usedStep(options: UseOptions, context: StepContext): Step | undefined {
  const policy: LoadedPolicy | undefined = context.modules.get(moduleKey(options));
  if (policy === undefined) throw new TypeError(`${options.module} was not loaded`);
  const told = options.with ?? {};
  const fault = faultOfOptions(policy, told);
  if (fault !== undefined) throw new TypeError(`${options.module}: ${fault}`);
  const step = policy.step(told, context);
  return step && withOwnErrors(step);
}

/**
 * Where a package.json does not say `"type": "module"`, TypeScript is compiled to CommonJS and gets a framework of its own,
 * whose `HttpError` is another class.
 */
function withOwnErrors({ run, respond, ...step }: Step): Step {
  return {
    ...step,
    ...(run !== undefined && { run: (call) => guarded(() => run(call)) }),
    ...(respond !== undefined && { respond: (call, reply) => guarded(() => respond(call, reply)) }),
  };
}

function guarded<T>(work: () => T | Promise<T>): T | Promise<T> {
  try {
    const given = work();
    return given instanceof Promise
      ? given.catch((error: unknown) => Promise.reject(ownError(error)))
      : given;
  } catch (error) {
    throw ownError(error);
  }
}

function ownError(error: unknown): unknown {
  if (error instanceof HttpError || !(error instanceof Error)) return error;
  const { status, detail, headers, type, members } = error as Partial<HttpError> & Error;
  if (status === undefined || !("detail" in error && "members" in error)) return error;
  return new HttpError(status, detail, {
    cause: error,
    ...(headers !== undefined && { headers }),
    ...(type !== undefined && { type }),
    ...(members !== undefined && { members }),
  });
}

/** What a policy is told is held against what it says that it takes; one that says nothing takes nothing. */
function faultOfOptions(
  { kind, schema }: LoadedPolicy,
  told: Readonly<Record<string, unknown>>,
): string | undefined {
  if (schema === undefined)
    return Object.keys(told).length === 0 ? undefined : `${kind} has no schema, and takes nothing by 'with'`;
  const validate = newAjv({ allErrors: true, ownProperties: true }).compile(schema as object);
  if (validate(told)) return undefined;
  const [issue] = issuesOf(validate.errors ?? [], told);
  return `with${issue === undefined ? "" : ` ${issue.path.join(".")}: ${issue.message}`}`;
}
