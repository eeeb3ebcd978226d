import type { LiveTarget } from "../target-set.ts";
import type { Balancer } from "./balancer.ts";
import { PowerOfTwo } from "./power-of-two.ts";

/**
 * Consistent hashing by rendezvous (Thaler and Ravishankar 1998), with weights: every target gets a score for the key and
 * the best one has it. When a target goes, only its own keys move; when one comes, it takes its share and no other key
 * moves.
 */
export class Hash implements Balancer {
  readonly #targets: readonly LiveTarget[];
  readonly #seeds: readonly number[];
  readonly #otherwise: Balancer;

  constructor(targets: readonly LiveTarget[]) {
    this.#targets = targets;
    this.#seeds = targets.map(({ origin, serverName }) => hash(`${origin} ${serverName ?? ""}`, 0));
    this.#otherwise = new PowerOfTwo(targets);
  }

  pick(key: string | undefined): LiveTarget {
    if (key === undefined) return this.#otherwise.pick(undefined);
    let best = this.#targets[0]!;
    let bestScore = -Infinity;
    for (let i = 0; i < this.#targets.length; i++) {
      const target = this.#targets[i]!;
      // A uniform value between 0 and 1, exclusive: -weight / log(u) is the weighted score.
      const uniform = (hash(key, this.#seeds[i]!) + 0.5) / 2 ** 32;
      const score = target.weight === 0 ? -1 / uniform : -target.weight / Math.log(uniform);
      if (score > bestScore) {
        best = target;
        bestScore = score;
      }
    }
    return best;
  }
}

/** MurmurHash3's 32-bit mix over UTF-16 units: spread is what matters, nobody's safety hangs on it. */
function hash(text: string, seed: number): number {
  let h = seed;
  for (let i = 0; i < text.length; i++) {
    h ^= Math.imul(rotate(Math.imul(text.charCodeAt(i), 0xcc9e2d51), 15), 0x1b873593);
    h = (Math.imul(rotate(h, 13), 5) + 0xe6546b64) | 0;
  }
  h ^= text.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
