import type { PolicyKind } from "../call.ts";
import type { Operation, Policy } from "../snapshot.ts";
import { authnKind } from "./authn/authn.ts";
import { authzKind } from "./authz.ts";
import { bodyLimitKind } from "./body-limit.ts";
import { corsKind } from "./cors.ts";
import { ipKind } from "./ip.ts";
import { concurrencyKind } from "./limit/concurrency.ts";
import { limitKind } from "./limit/limit.ts";
import { quotaKind } from "./limit/quota.ts";
import { queryKind } from "./transform/query.ts";
import { requestHeadersKind } from "./transform/request-headers.ts";
import { responseBodyKind } from "./transform/response-body.ts";
import { responseFilterKind } from "./transform/response-filter.ts";
import { responseHeadersKind } from "./transform/response-headers.ts";
import { rewriteBodyKind } from "./transform/rewrite-body.ts";
import { useKind } from "./use.ts";
import { validateRequestKind } from "./validate/validate-request.ts";
import { validateResponseKind } from "./validate/validate-response.ts";

const ALL: readonly PolicyKind[] = [
  corsKind,
  ipKind,
  bodyLimitKind,
  authnKind,
  authzKind,
  limitKind,
  quotaKind,
  concurrencyKind,
  validateRequestKind,
  requestHeadersKind,
  queryKind,
  rewriteBodyKind,
  validateResponseKind,
  responseFilterKind,
  responseBodyKind,
  responseHeadersKind,
  useKind,
];

/** Every kind of policy there is, by its name in the configuration, in the order in which those of one phase run. */
export const KINDS: ReadonlyMap<string, PolicyKind> = new Map(ALL.map((kind) => [kind.kind, kind]));

/** Kinds that an operation has a step of although nothing says so. */
const IMPLIED: readonly PolicyKind[] = [authnKind, validateRequestKind];

/** The policies of an operation that nobody had to write. */
export function impliedPolicies({ policies, origin }: Operation): Policy[] {
  return IMPLIED.filter(({ kind }) => !policies.some((policy) => policy.kind === kind)).map(
    ({ kind, phase }) => ({ phase, kind, options: {}, origin }),
  );
}
