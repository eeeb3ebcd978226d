import type { Balance } from "../../snapshot.ts";
import type { LiveTarget } from "../target-set.ts";
import { Hash } from "./hash.ts";
import { LeastConnections } from "./least-connections.ts";
import { PowerOfTwo } from "./power-of-two.ts";
import { RoundRobin } from "./round-robin.ts";

/** Chooses among targets that can be used. It is made anew when these change. */
export interface Balancer {
  /** @param key what is hashed, for a balance that does. */
  pick(key: string | undefined): LiveTarget;
}

/** @param targets at least one, each of a weight above 0 unless all have 0. */
export function makeBalancer(kind: Balance["kind"], targets: readonly LiveTarget[]): Balancer {
  if (targets.length === 1) return { pick: () => targets[0]! };
  switch (kind) {
    case "p2c":
      return new PowerOfTwo(targets);
    case "round-robin":
      return new RoundRobin(targets);
    case "least-connections":
      return new LeastConnections(targets);
    case "hash":
      return new Hash(targets);
  }
}
