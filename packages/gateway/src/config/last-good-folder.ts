import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { GatewayConfig } from "./config.ts";

/**
 * Where documents from addresses are kept: what the configuration says, else among the caches of the project's tools, which
 * nobody commits or backs up. Undefined where there are none and nothing is said.
 */
export function lastGoodFolder({ documents }: GatewayConfig, folder: string): string | undefined {
  const { cache } = documents ?? {};
  if (cache === false) return undefined;
  if (cache !== undefined) return resolve(folder, cache);
  const modules = join(folder, "node_modules");
  return existsSync(modules) ? join(modules, ".cache", "waymark-gateway") : undefined;
}
