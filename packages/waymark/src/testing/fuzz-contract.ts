import { ContractBroken } from "./contract-broken.ts";
import type { FuzzOptions, FuzzReport } from "./fuzz-options.ts";
import type { FuzzedApp } from "./fuzzed-app.ts";
import { explainMissingPeers } from "./missing-peers.ts";

/**
 * Asks every operation of an application's OpenAPI document for what it says: requests that are right and requests that are
 * wrong in one way each, made up from the schemas of parameters and bodies, sent in this process. Each reply must have a
 * status, a media type, header fields and a body that are documented; what is wrong must be refused, what is right must not.
 *
 * ```ts
 * test("the application does what its document says", () => fuzzContract(app));
 * ```
 *
 * Rejects with a `ContractBroken`, whose `report` has every finding: its check, the smallest request that shows it, the reply,
 * and what to give to ask it again. Needs `fast-check`, `ajv` and `ajv-formats`, which are not installed with waymark.
 */
export async function fuzzContract(app: FuzzedApp, options: FuzzOptions = {}): Promise<FuzzReport> {
  const { fuzz } = await import("./fuzz/run.ts").catch((error: unknown) => {
    throw explainMissingPeers(error);
  });
  const report = await fuzz(app, options);
  if (report.findings.length > 0) throw new ContractBroken(report);
  return report;
}
