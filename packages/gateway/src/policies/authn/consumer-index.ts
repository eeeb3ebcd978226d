import type { Consumer } from "../../snapshot.ts";
import { digestComparer } from "../digest.ts";

export interface KnownKey {
  readonly isSame: (digest: string) => boolean;
  /** The scheme that it is for; null: any. */
  readonly scheme: string | null;
  readonly consumer: Consumer;
}

/** Consumers by what they show. */
export interface ConsumerIndex {
  readonly keys: ReadonlyMap<string, readonly KnownKey[]>;
  readonly logins: ReadonlyMap<string, readonly { readonly password: string; readonly consumer: Consumer }[]>;
  readonly certificates: ReadonlyMap<string, Consumer>;
}

const indexes = new WeakMap<readonly Consumer[], ConsumerIndex>();

/** One index for each list, whichever operation asks first. */
export function consumerIndex(consumers: readonly Consumer[]): ConsumerIndex {
  let index = indexes.get(consumers);
  if (index === undefined) indexes.set(consumers, (index = indexOf(consumers)));
  return index;
}

function indexOf(consumers: readonly Consumer[]): ConsumerIndex {
  const keys = new Map<string, KnownKey[]>();
  const logins = new Map<string, { password: string; consumer: Consumer }[]>();
  const certificates = new Map<string, Consumer>();
  for (const consumer of consumers) {
    for (const { hash, scheme } of consumer.keys)
      listed(keys, hash.toLowerCase(), { isSame: digestComparer(hash.toLowerCase()), scheme, consumer });
    for (const { user, password } of consumer.basic) listed(logins, user, { password, consumer });
    for (const print of consumer.certificates)
      certificates.set(print.toLowerCase().replaceAll(":", ""), consumer);
  }
  return { keys, logins, certificates };
}

function listed<V>(map: Map<string, V[]>, key: string, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
