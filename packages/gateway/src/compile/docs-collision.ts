import type { GatewayConfig } from "../config/config.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { GatewaySettings, Operation } from "../snapshot.ts";
import { placeOf } from "./collisions.ts";

/** A service's own /docs goes before the gateway's, unless the configuration asks for both. */
export function tellDocsCollision(
  settings: GatewaySettings,
  { docs }: GatewayConfig,
  operations: readonly Operation[],
  root: Spot,
  findings: Findings,
): GatewaySettings {
  if (settings.docs === null) return settings;
  const own: readonly string[] = Object.values(settings.docs);
  const other = operations.find(({ method, template }) => method === "GET" && own.includes(template));
  if (other === undefined) return settings;
  const found = wrong.docsCollide(other.template, placeOf(other));
  if (docs === undefined) findings.warn(found, other.origin);
  else findings.mistake(found, root.get("docs").origin);
  return { ...settings, docs: null };
}
