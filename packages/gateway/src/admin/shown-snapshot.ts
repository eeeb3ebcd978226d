import type { Policy, Snapshot } from "../snapshot.ts";

const HIDDEN = "***";

/**
 * A snapshot as the admin port shows it: without those who may call, without the address of Redis, and without the values that
 * policies put into messages or are told: they may be credentials.
 */
export function shownSnapshot(snapshot: Snapshot): Snapshot {
  const { redis } = snapshot.gateway;
  return {
    ...snapshot,
    operations: snapshot.operations.map((operation) => ({
      ...operation,
      policies: operation.policies.map(shownPolicy),
    })),
    gateway: { ...snapshot.gateway, redis: redis === null ? null : { ...redis, url: HIDDEN } },
    consumers: [],
  };
}

/** Members of a policy's options that hold values, by their names. */
const VALUES = new Set(["set", "add", "with"]);

function shownPolicy(policy: Policy): Policy {
  const options = Object.entries(policy.options).map(([name, value]) => [
    name,
    VALUES.has(name) ? hidden(value) : value,
  ]);
  return { ...policy, options: Object.fromEntries(options) as Policy["options"] };
}

/** The same with its names, and nothing of its values. */
function hidden(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return HIDDEN;
  if (Array.isArray(value)) return value.map(hidden);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hidden(member)]));
}
