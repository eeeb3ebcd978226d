import type { Target } from "../../snapshot.ts";
import type { DiscoverySource } from "../target-set.ts";

/** Addresses that the configuration lists. Names among them are resolved with every new connection. */
export function staticSource(targets: readonly Target[]): DiscoverySource {
  return {
    async start(update) {
      update(targets);
    },
    close() {},
  };
}
