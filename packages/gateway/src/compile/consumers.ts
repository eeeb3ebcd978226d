import type { ConsumerConfig } from "../config/config.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { Consumer } from "../snapshot.ts";

/** Who may call, by id. No two may have the same key: who called would be a matter of chance. */
export function readConsumers(consumers: Spot, findings: Findings): Consumer[] {
  const owners = new Map<string, string>();
  return consumers.members().map(([id, spot]) => {
    const consumer = readConsumer(id, spot.value as ConsumerConfig);
    consumer.keys.forEach(({ hash }, index) => {
      const owner = owners.get(hash);
      if (owner !== undefined)
        findings.mistake(wrong.sameKeyTwice(owner), spot.get("keys").get(String(index)).origin);
      owners.set(hash, id);
    });
    return consumer;
  });
}

function readConsumer(
  id: string,
  { keys = [], basic = [], certificates = [], scopes = [], claims = {} }: ConsumerConfig,
): Consumer {
  return {
    id,
    keys: keys.map((key) => {
      const { hash, scheme = null } = typeof key === "string" ? { hash: key } : key;
      return { hash: hash.replace(/^sha256:/i, "").toLowerCase(), scheme };
    }),
    basic,
    certificates: certificates.map((print) => print.replaceAll(":", "").toLowerCase()),
    scopes,
    claims,
  };
}
