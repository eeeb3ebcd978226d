import { canonicalText } from "../canonical-text.ts";
import type { Findings, Place } from "./findings.ts";
import type { Source, Spot } from "./source.ts";

/** The security schemes of both documents. What a scheme is called does not reach the wire. */
export class SecuritySchemes {
  readonly #before: ReadonlyMap<string, Spot>;
  readonly #after: ReadonlyMap<string, Spot>;
  /** From the older names to the newer ones, where they differ. */
  readonly #renamed = new Map<string, string>();

  constructor(before: Source, after: Source) {
    this.#before = schemesOf(before);
    this.#after = schemesOf(after);
    const fresh = [...this.#after].filter(([name]) => !this.#before.has(name));
    for (const [name, spot] of this.#before) {
      if (this.#after.has(name)) continue;
      const taken = new Set(this.#renamed.values());
      const same = fresh.find(([other, now]) => !taken.has(other) && textOf(now) === textOf(spot));
      if (same !== undefined) this.#renamed.set(name, same[0]);
    }
  }

  /** What the newer document calls a scheme of the older one. */
  rename(name: string): string {
    return this.#renamed.get(name) ?? name;
  }

  /** Schemes of one name that are different ones now. */
  compare(place: Place, findings: Findings): void {
    for (const [name, was] of this.#before) {
      const is = this.#after.get(name);
      if (is === undefined) continue;
      const here = place.in(`security scheme ${name}`);
      const [old, now] = [factsOf(was), factsOf(is)];
      for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
        if (old[key] === now[key]) continue;
        const message = `${key} was ${old[key] ?? "absent"}, and is ${now[key] ?? "absent"}`;
        // Another flow beside those that were there takes nothing away.
        const kind =
          old[key] === undefined && key.startsWith("flows.") ? ({ kind: "compatible" } as const) : {};
        findings.add(here, "security-scheme-changed", {
          spot: is,
          before: old[key],
          after: now[key],
          message,
          ...kind,
        });
      }
      if (was.text("description") !== is.text("description"))
        findings.add(here, "description-changed", { spot: is, message: "the description changed" });
    }
  }
}

function schemesOf({ root }: Source): Map<string, Spot> {
  return new Map(root.at("components")?.at("securitySchemes")?.members());
}

function textOf(spot: Spot): string {
  return canonicalText(factsOf(spot));
}

const FACTS = ["type", "in", "name", "scheme", "openIdConnectUrl"];
const ADDRESSES = ["authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"];

/** What a client goes by; `scheme` and names of header fields have no case. */
function factsOf(spot: Spot): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const key of FACTS) {
    const text = spot.text(key);
    const hasCase = key !== "scheme" && !(key === "name" && spot.text("in") === "header");
    if (text !== undefined) facts[key] = hasCase ? text : text.toLowerCase();
  }
  for (const [flow, each] of spot.at("flows")?.members() ?? [])
    for (const key of ADDRESSES) {
      const text = each.text(key);
      if (text !== undefined) facts[`flows.${flow}.${key}`] = text;
    }
  return facts;
}
