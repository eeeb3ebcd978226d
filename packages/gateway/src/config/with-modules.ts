import { resolve } from "node:path";
import type { LoadedPolicy } from "../call.ts";
import type { Compiled } from "../compile/compile.ts";
import { hashOf } from "../compile/hash.ts";
import { inOrder } from "../compile/policies.ts";
import { sourceOf } from "../documents/source-file.ts";
import { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import { Findings } from "../mistakes.ts";
import { loadPolicy, moduleDigest } from "../policies/load-policies.ts";
import { moduleKey, type UseOptions } from "../policies/use.ts";
import type { Origin, Policy, Snapshot } from "../snapshot.ts";
import { checkAgainst } from "./check-schema.ts";

/** A gateway whose modules were looked into. */
export interface WithModules extends Compiled {
  /** Absolute paths of the modules. */
  readonly modules: readonly string[];
}

/**
 * Looks into the modules that policies of the kind `use` name, which `compile` may not: whether they are there, and whether
 * what they are told is what they take. The snapshot then says in which phase each runs, and what its text was: a changed
 * module makes another snapshot.
 *
 * @param folder what their paths are relative to
 */
export async function withModules(compiled: Compiled, folder: string): Promise<WithModules> {
  const { snapshot, mistakes } = compiled;
  const policies = (snapshot?.operations ?? []).flatMap((each) => each.policies).filter(isUse);
  if (snapshot === undefined || policies.length === 0) return { ...compiled, modules: [] };
  const findings = new Findings();
  const modules = new Map<string, LoadedPolicy | undefined>();
  const seen = new Set<string>();
  for (const policy of policies) {
    const place = `${policy.origin.file}#${policy.origin.pointer}`;
    if (seen.has(place)) continue;
    seen.add(place);
    await tellPolicy(policy, folder, modules, findings);
  }
  const paths = [...new Set(policies.map((policy) => resolve(folder, useOf(policy).module)))];
  return findings.mistakes.length === 0
    ? { ...compiled, snapshot: withFacts(snapshot, modules, folder), modules: paths }
    : { ...compiled, snapshot: undefined, mistakes: [...mistakes, ...findings.mistakes], modules: paths };
}

function isUse({ kind }: Policy): boolean {
  return kind === "use";
}

function useOf({ options }: Policy): UseOptions {
  return options as unknown as UseOptions;
}

function withFacts(
  snapshot: Snapshot,
  modules: ReadonlyMap<string, LoadedPolicy | undefined>,
  folder: string,
): Snapshot {
  const digests = new Map<string, string>();
  const digestOf = (use: UseOptions): string => {
    let digest = digests.get(use.module);
    if (digest === undefined) digests.set(use.module, (digest = moduleDigest(use, folder)));
    return digest;
  };
  const fact = (policy: Policy): Policy => {
    if (!isUse(policy)) return policy;
    const use = useOf(policy);
    const { phase } = modules.get(moduleKey(use))!;
    return { ...policy, phase, options: { ...policy.options, digest: digestOf(use) } };
  };
  const { hash: _, ...rest } = snapshot;
  const operations = rest.operations.map((operation) =>
    operation.policies.some(isUse)
      ? { ...operation, policies: inOrder(operation.policies.map(fact)) }
      : operation,
  );
  const changed = { ...rest, operations };
  return { ...changed, hash: hashOf(changed) };
}

async function tellPolicy(
  policy: Policy,
  folder: string,
  modules: Map<string, LoadedPolicy | undefined>,
  findings: Findings,
): Promise<void> {
  const use = useOf(policy);
  const { origin } = policy;
  const key = moduleKey(use);
  if (!modules.has(key)) modules.set(key, await loadedPolicy(use, folder, origin, findings));
  const schema = modules.get(key)?.schema;
  if (schema === undefined) return;
  const source = { ...sourceOf(use.with ?? {}, origin.file), originOf: () => origin };
  checkAgainst(
    schema,
    new Spot({ main: source, siblings: new Map(), overlays: [] }, source, source.value, ""),
    findings,
  );
}

async function loadedPolicy(
  use: UseOptions,
  folder: string,
  origin: Origin,
  findings: Findings,
): Promise<LoadedPolicy | undefined> {
  try {
    return await loadPolicy(use, folder);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return findings.mistake(wrong.unusableModule(error.message.split("\n", 1)[0]!), origin);
  }
}
