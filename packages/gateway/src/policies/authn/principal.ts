import { HttpError } from "waymark/internal";
import type { Principal } from "../../call.ts";
import type { Consumer } from "../../snapshot.ts";

/** A consumer of the configuration, known by a credential of its own. */
export function consumerPrincipal(consumer: Consumer, scheme: string, credential: string): Principal {
  return {
    id: `consumer:${consumer.id}`,
    consumer: consumer.id,
    scheme,
    credential,
    scopes: new Set(consumer.scopes),
    claims: consumer.claims,
  };
}

/**
 * What several credentials of one request say together: the first one's name, and what all of them allow. Throws an
 * `HttpError` for those of several consumers: one would have the rights of both.
 */
export function together(principals: readonly Principal[]): Principal {
  const [first, ...others] = principals as [Principal, ...Principal[]];
  if (others.length === 0) return first;
  if (new Set(principals.flatMap(({ consumer }) => consumer ?? [])).size > 1)
    throw new HttpError(403, "These credentials are not of the same consumer.");
  const claims: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const each of principals.toReversed()) Object.assign(claims, each.claims);
  return {
    id: first.id,
    consumer: principals.find(({ consumer }) => consumer !== null)?.consumer ?? null,
    scheme: principals.map(({ scheme }) => scheme).join("+"),
    credential: first.credential,
    scopes: new Set(principals.flatMap(({ scopes }) => [...scopes])),
    claims,
  };
}
