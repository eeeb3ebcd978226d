import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { importExports } from "waymark/internal";
import type { LoadedPolicy } from "../call.ts";
import { importFaultText } from "../config/import-fault.ts";
import type { Policy } from "../snapshot.ts";
import { sha256 } from "./digest.ts";
import { moduleKey, type UseOptions } from "./use.ts";

/**
 * Loads the modules of every `use` among policies, for the `modules` of a `StepContext`. Rejects with a `TypeError` for a
 * module that cannot be loaded or holds no policy.
 *
 * @param folder what their paths are relative to
 */
export async function loadPolicies(
  policies: Iterable<Policy>,
  folder: string,
): Promise<ReadonlyMap<string, LoadedPolicy>> {
  const modules = new Map<string, LoadedPolicy>();
  for (const { kind, options } of policies) {
    if (kind !== "use") continue;
    const use = options as unknown as UseOptions;
    const key = moduleKey(use);
    if (!modules.has(key)) modules.set(key, await loadPolicy(use, folder));
  }
  return modules;
}

/** One of them. `compile` asks it for the phase and the schema. */
export async function loadPolicy(options: UseOptions, folder: string): Promise<LoadedPolicy> {
  const { module, export: name = "default" } = options;
  let exports: Readonly<Record<string, unknown>>;
  try {
    const path = resolve(folder, module);
    exports = await importExports(path, editionOf(path));
  } catch (cause) {
    throw new TypeError(`${module} cannot be loaded: ${importFaultText(cause, folder)}`, { cause });
  }
  const policy = (exports[name] as { readonly "~policy"?: LoadedPolicy } | null | undefined)?.["~policy"];
  if (policy === undefined)
    throw new TypeError(`${module} has no policy as its export '${name}': export what definePolicy gives`);
  return policy;
}

/** SHA-256 of a module's text: of itself alone, not of what it imports. Throws where it cannot be read. */
export function moduleDigest({ module }: UseOptions, folder: string): string {
  return sha256(readFileSync(resolve(folder, module), "utf8"));
}

/** By path the digest of what a module said when it was first loaded. */
const firstSeen = new Map<string, string>();

/** A module that says something else than when it was first loaded is another one: the runtime keeps what it has by address. */
function editionOf(path: string): { readonly edition?: string } {
  const now = sha256(readFileSync(path, "utf8"));
  const first = firstSeen.get(path);
  if (first === undefined) firstSeen.set(path, now);
  return first === undefined || first === now ? {} : { edition: now };
}
