import { parseTemplate, Template } from "waymark/internal";
import type { GatewayConfig } from "../config/config.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { GatewaySettings, Operation } from "../snapshot.ts";
import { placeOf } from "./collisions.ts";
import { SegmentTree } from "./segment-tree.ts";

/** A service's own /docs goes before the gateway's, unless the configuration asks for both. */
export function tellDocsCollision(
  settings: GatewaySettings,
  { docs }: GatewayConfig,
  operations: readonly Operation[],
  root: Spot,
  findings: Findings,
): GatewaySettings {
  if (settings.docs === null) return settings;
  const gets = operations.filter(({ method }) => method === "GET");
  for (const path of Object.values(settings.docs)) {
    const other = gets.find(({ template }) => template === path) ?? takers(path, gets).at(0);
    if (other === undefined) continue;
    const found = wrong.docsCollide(path, placeOf(other));
    if (docs === undefined) findings.warn(found, other.origin);
    else findings.mistake(found, root.get("docs").origin);
    return { ...settings, docs: null };
  }
  return settings;
}

/** Templates that the path falls under, such as `/{rest}`, on every host. */
function takers(path: string, operations: readonly Operation[]): Operation[] {
  const own = parseTemplate(path);
  if (!(own instanceof Template)) return [];
  const tree = new SegmentTree<Operation>();
  for (const operation of operations) {
    const template = parseTemplate(operation.template);
    if (operation.hosts === null && template instanceof Template) tree.add(template, operation);
  }
  return tree.wider(own);
}
