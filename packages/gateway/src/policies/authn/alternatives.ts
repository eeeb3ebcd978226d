import { HttpError, isPromise, unauthenticated } from "waymark/internal";
import { insufficientScope } from "waymark/security";
import type { Call, Principal } from "../../call.ts";
import { together } from "./principal.ts";
import type { Location, SchemeCheck } from "./scheme-check.ts";

interface Demand {
  readonly check: SchemeCheck;
  readonly scopes: readonly string[];
}

/** Credentials that are wanted together. */
export interface Alternative {
  readonly demands: readonly Demand[];
  /** What has to be taken away when this one let the request in. */
  readonly hidden: readonly Location[];
  /** Fields that go on with the credential that was verified, and in no other spelling that CGI takes for the same. */
  readonly verified: readonly string[];
}

/** Who calls, by the alternative that let the request in; why it did not; or undefined: nothing of it was shown. */
export type Outcome = Principal | HttpError | undefined;

/** What one alternative makes of a request. Without a promise where all of its schemes are. */
export function judged(call: Call, { demands }: Alternative): Outcome | Promise<Outcome> {
  try {
    if (demands.length === 1) return judgedAlone(call, demands[0]!);
    const found: unknown[] = [];
    let missing: SchemeCheck | undefined;
    for (const { check } of demands) {
      const credential = check.find(call);
      if (credential === undefined) missing ??= check;
      else found.push(credential);
    }
    if (found.length === 0) return undefined;
    if (missing !== undefined) return unauthenticated(missing.challenge);
    return principalOf(demands, found, 0, []);
  } catch (error) {
    return refusal(error);
  }
}

/** Most alternatives are one credential. */
function judgedAlone(call: Call, { check, scopes }: Demand): Outcome | Promise<Outcome> {
  const credential = check.find(call);
  if (credential === undefined) return undefined;
  const principal = check.judge(credential);
  if (isPromise(principal))
    return (principal as Promise<Principal>).then((settled) => allowed(settled, scopes)).catch(refusal);
  return allowed(principal as Principal, scopes);
}

function allowed(principal: Principal, scopes: readonly string[]): Principal | HttpError {
  return withScopes(principal, scopes) ?? principal;
}

function principalOf(
  demands: readonly Demand[],
  found: readonly unknown[],
  from: number,
  before: readonly Principal[],
): Outcome | Promise<Outcome> {
  const principals = [...before];
  for (let i = from; i < demands.length; i++) {
    const { check, scopes } = demands[i]!;
    const principal = check.judge(found[i]);
    if (isPromise(principal))
      return (principal as Promise<Principal>)
        .then(
          (settled) =>
            withScopes(settled, scopes) ?? principalOf(demands, found, i + 1, [...principals, settled]),
        )
        .catch(refusal);
    const lacking = withScopes(principal as Principal, scopes);
    if (lacking !== undefined) return lacking;
    principals.push(principal as Principal);
  }
  return together(principals);
}

/** What a principal lacks of the scopes that the document asks for. */
function withScopes({ scopes: granted }: Principal, scopes: readonly string[]): HttpError | undefined {
  for (const scope of scopes) if (!granted.has(scope)) return insufficientScope(scopes);
  return undefined;
}

/** What is no verdict on a credential is a fault of ours, and thrown on. */
function refusal(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  throw error;
}

/** Of several refusals the one that helps most: good but not allowed, then nobody can tell, or nobody looked, then not good. */
export function worthTelling(refusals: readonly HttpError[]): HttpError {
  const rank = ({ status }: HttpError): number =>
    status === 403 ? 0 : status === 503 || status === 429 ? 1 : 2;
  return refusals.toSorted((a, b) => rank(a) - rank(b))[0]!;
}
