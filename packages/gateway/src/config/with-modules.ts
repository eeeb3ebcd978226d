import { resolve } from "node:path";
import { loadModule } from "waymark/internal";
import type { LoadedPolicy } from "../call.ts";
import type { Compiled } from "../compile/compile.ts";
import { hashOf } from "../compile/hash.ts";
import { inOrder } from "../compile/policies.ts";
import { sourceOf } from "../documents/source-file.ts";
import { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import { Findings } from "../findings.ts";
import { exportName } from "../plane/export-name.ts";
import { loadPolicy, moduleDigest } from "../policies/load-policies.ts";
import { moduleKey, type UseOptions } from "../policies/use.ts";
import type { Origin, Policy, Snapshot } from "../snapshot.ts";
import { checkAgainst } from "./check-schema.ts";
import { importFaultText } from "./import-fault.ts";

/** A gateway whose modules were looked into. */
export interface WithModules extends Compiled {
  /** Absolute paths of the modules of policies. */
  readonly modules: readonly string[];
  /** Absolute paths of those of applications in this process. */
  readonly applications: readonly string[];
}

/**
 * Looks into the modules that a snapshot names, which `compile` may not: whether the applications of services are there, and
 * the policies of the kind `use`, and whether what these are told is what they take. The snapshot then says in which phase each runs, and what its text was: a changed
 * module makes another snapshot.
 *
 * @param folder what their paths are relative to
 */
export async function withModules(compiled: Compiled, folder: string): Promise<WithModules> {
  const { snapshot } = compiled;
  const findings = new Findings();
  const applications = await tellApplications(snapshot, folder, findings);
  const policies = (snapshot?.operations ?? []).flatMap((each) => each.policies).filter(isUse);
  const modules = new Map<string, LoadedPolicy | undefined>();
  const seen = new Set<string>();
  for (const policy of policies) {
    const place = `${policy.origin.file}#${policy.origin.pointer}`;
    if (seen.has(place)) continue;
    seen.add(place);
    await tellPolicy(policy, folder, modules, findings);
  }
  const paths = [...new Set(policies.map((policy) => resolve(folder, useOf(policy).module)))];
  const found = { modules: paths, applications };
  if (findings.mistakes.length > 0)
    return {
      ...compiled,
      ...found,
      snapshot: undefined,
      mistakes: [...compiled.mistakes, ...findings.mistakes],
    };
  if (snapshot === undefined || policies.length === 0) return { ...compiled, ...found };
  return { ...compiled, ...found, snapshot: withFacts(snapshot, modules, folder) };
}

/** Of a snapshot that was made before: the modules of policies that are others than they were then. */
export function changedModules(before: Snapshot, now: Snapshot | undefined): string[] {
  const digestsOf = (snapshot: Snapshot): Map<string, string | undefined> =>
    new Map(
      snapshot.operations
        .flatMap(({ policies }) => policies.filter(isUse))
        .map((policy) => [useOf(policy).module, useOf(policy).digest]),
    );
  const then = digestsOf(before);
  return now === undefined
    ? []
    : [...digestsOf(now)].flatMap(([module, digest]) => (then.get(module) === digest ? [] : [module]));
}

/** Services that run in this process: what exports no application cannot be started. */
async function tellApplications(
  snapshot: Snapshot | undefined,
  folder: string,
  findings: Findings,
): Promise<string[]> {
  const paths = new Set<string>();
  for (const { upstream, origin, name } of Object.values(snapshot?.services ?? {})) {
    const { discovery } = upstream;
    if (discovery.kind !== "module") continue;
    const path = resolve(folder, discovery.path);
    paths.add(path);
    try {
      const { app, instead = "it exports none. " } = await loadModule(path, exportName(discovery.export));
      if (app === undefined)
        findings.mistake(wrong.noApp(`of '${name}', ${instead.trim().replace(/\.$/, "")}`), origin);
    } catch (error) {
      const reason = importFaultText(error, folder);
      findings.mistake(wrong.unusableModule(`${discovery.path} cannot be loaded: ${reason}`), origin);
    }
  }
  return [...paths];
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
