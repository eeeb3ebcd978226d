import type { CredentialMarker } from "../inputs/marker.ts";
import type { Mistake } from "../start-up-error.ts";
import { canonicalText } from "./canonical-text.ts";
import type { SecurityRequirementObject, SecuritySchemeObject } from "./document.ts";
import { sameSecurityScheme } from "./mistakes.ts";

/** The security schemes of a document, by name. */
export class SecuritySchemes {
  readonly #schemes = new Map<string, { readonly scheme: SecuritySchemeObject; readonly label: string }>();
  readonly mistakes: Mistake[] = [];

  add({ schemeName, scheme, alternatives }: CredentialMarker, label: string): void {
    if (alternatives !== undefined) {
      for (const each of alternatives) this.add(each, label);
      return;
    }
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

/** What a route asks of its callers, and of which credentials. */
export interface AskedScopes {
  readonly scopes: readonly string[];
  readonly of: (credential: CredentialMarker) => boolean;
}
const NOTHING_ASKED: AskedScopes = { scopes: [], of: () => false };

interface Need {
  readonly scopes: Set<string>;
  optional: boolean;
}

/**
 * What a request has to prove: every credential that is read, all in one object, which means "and". Each one that is
 * optional, or one of several, multiplies the alternatives. An empty list says that the operation is public.
 */
export function securityOf(
  credentials: readonly CredentialMarker[],
  asked: AskedScopes = NOTHING_ASKED,
): SecurityRequirementObject[] {
  if (credentials.length === 0) return [];
  const needs = new Map<string, Need>();
  let all: SecurityRequirementObject[] = [{}];
  for (const credential of credentials) {
    if (credential.alternatives !== undefined) {
      all = product(all, alternativesOf(credential, asked, asked.of(credential)));
      continue;
    }
    const { schemeName, optional } = credential;
    const need = needs.get(schemeName) ?? { scopes: new Set(), optional: true };
    for (const scope of scopesOf(credential, asked, asked.of(credential))) need.scopes.add(scope);
    need.optional &&= optional;
    needs.set(schemeName, need);
  }
  for (const [name, { scopes, optional }] of needs)
    all = product(all, [{ [name]: [...scopes] }, ...(optional ? [{}] : [])]);
  return distinct(all);
}

function alternativesOf(
  credential: CredentialMarker,
  asked: AskedScopes,
  isAsked: boolean,
): SecurityRequirementObject[] {
  const { alternatives, schemeName, optional } = credential;
  const some =
    alternatives === undefined
      ? [{ [schemeName]: [...scopesOf(credential, asked, isAsked)] }]
      : alternatives.flatMap((each) =>
          alternativesOf({ ...each, optional: false }, asked, isAsked || asked.of(each)),
        );
  return optional ? [...some, {}] : some;
}

/** In 3.1 and later, schemes that have no scopes of their own may name roles here (§4.8.30). */
function scopesOf(credential: CredentialMarker, { scopes }: AskedScopes, isAsked: boolean): Set<string> {
  return new Set([...credential.scopes, ...(isAsked ? scopes : [])]);
}

function product(
  all: readonly SecurityRequirementObject[],
  alternatives: readonly SecurityRequirementObject[],
): SecurityRequirementObject[] {
  return alternatives.flatMap((each) => all.map((before) => both(before, each)));
}

function both(a: SecurityRequirementObject, b: SecurityRequirementObject): SecurityRequirementObject {
  const merged: Record<string, readonly string[]> = { ...a };
  for (const [name, scopes] of Object.entries(b))
    merged[name] = [...new Set([...(a[name] ?? []), ...scopes])];
  return merged;
}

function distinct(all: readonly SecurityRequirementObject[]): SecurityRequirementObject[] {
  return [...new Map(all.map((each) => [canonicalText(each), each])).values()];
}
