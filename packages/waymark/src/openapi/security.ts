import type { CredentialMarker } from "../inputs/marker.ts";
import type { Mistake } from "../start-up-error.ts";
import type { SecurityRequirementObject, SecuritySchemeObject } from "./document.ts";
import { sameSecurityScheme } from "./mistakes.ts";
import { canonicalText } from "./canonical-text.ts";

/** The security schemes of a document, by name. */
export class SecuritySchemes {
  readonly #schemes = new Map<string, { readonly scheme: SecuritySchemeObject; readonly label: string }>();
  readonly mistakes: Mistake[] = [];

  add({ schemeName, scheme }: CredentialMarker, label: string): void {
    const known = this.#schemes.get(schemeName);
    if (known === undefined) this.#schemes.set(schemeName, { scheme, label });
    else if (canonicalText(known.scheme) !== canonicalText(scheme))
      this.mistakes.push(sameSecurityScheme(schemeName, known.label, label));
  }

  all(): Record<string, SecuritySchemeObject> {
    return Object.fromEntries(
      [...this.#schemes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, { scheme }]) => [name, scheme]),
    );
  }
}

interface Need {
  readonly scopes: Set<string>;
  optional: boolean;
}

/**
 * What a request has to prove: every credential that is read, all in one object, which means "and". Each one that is
 * optional doubles the alternatives. An empty list says that the operation is public.
 */
export function securityOf(credentials: readonly CredentialMarker[]): SecurityRequirementObject[] {
  if (credentials.length === 0) return [];
  const needs = new Map<string, Need>();
  for (const { schemeName, scopes, optional } of credentials) {
    const need = needs.get(schemeName) ?? { scopes: new Set(), optional: true };
    for (const scope of scopes) need.scopes.add(scope);
    need.optional &&= optional;
    needs.set(schemeName, need);
  }
  let alternatives: SecurityRequirementObject[] = [{}];
  for (const [name, { scopes, optional }] of needs) {
    const withIt = alternatives.map((each) => ({ ...each, [name]: [...scopes] }));
    alternatives = optional ? [...withIt, ...alternatives] : withIt;
  }
  return alternatives;
}
