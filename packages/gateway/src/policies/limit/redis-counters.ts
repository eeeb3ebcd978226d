import { RedisScript, type SendCommand } from "waymark/internal";
import { sha256 } from "../digest.ts";
import { periodAt } from "./calendar.ts";
import type { LimitRule } from "./limit-rule.ts";
import { Leases } from "./leases.ts";
import { limitScript } from "./script.ts";
import type { Verdict } from "./verdict.ts";

/** Milliseconds for which a lease holds by itself: what a gateway that died has left behind is gone after that. */
const LEASE = 60_000;

interface Counted {
  readonly rule: LimitRule;
  readonly key: string;
  readonly args: readonly string[];
}

/**
 * Counts in Redis for all gateways together, by Redis's clock: one script for all limits of a request. On a cluster, where
 * one script reaches the keys of one slot only, limits by other subjects are asked one after the other; what one of them
 * allowed is then spent although a later one refuses.
 */
export class RedisCounters {
  readonly #send: SendCommand;
  readonly #prefix: string;
  readonly #script: RedisScript;
  readonly #leases: Leases;
  #isCluster = false;

  constructor(send: SendCommand, prefix: string, script: string = limitScript()) {
    this.#send = send;
    this.#prefix = prefix;
    this.#script = new RedisScript(script);
    this.#leases = new Leases(send, LEASE);
  }

  /** Rejects with the client's error. */
  async take(
    rules: readonly LimitRule[],
    subjects: readonly string[],
    onLease: (release: () => void) => void,
  ): Promise<Verdict[]> {
    const counted = rules.map((rule, i) => this.#counted(rule, subjects[i]!));
    const verdicts = await this.#ask(counted).catch((error: unknown) => {
      for (const { rule, key, args } of counted)
        if (rule.counting.algorithm === "leases") this.#leases.doubt(key, args[4]!);
      throw error;
    });
    const isGranted = verdicts.every(({ allowed }) => allowed);
    for (const { rule, key, args } of counted) {
      if (rule.counting.algorithm !== "leases") continue;
      const release = this.#leases.held(key, args[4]!);
      // Parts of a cluster may have given one although another part refused.
      if (isGranted) onLease(release);
      else release();
    }
    return verdicts;
  }

  close(): void {
    this.#leases.close();
  }

  #counted(rule: LimitRule, subject: string): Counted {
    const { id, limit, cost, counting } = rule;
    const tag = /^[\w.:@/-]{1,64}$/.test(subject) ? subject : sha256(subject).slice(0, 32);
    const key = `${this.#prefix}{${tag}}:${id}`;
    const args = (letter: string, window: number, special: string | number): string[] => [
      letter,
      String(limit),
      String(window),
      String(cost),
      String(special),
    ];
    switch (counting.algorithm) {
      case "token-bucket":
        return { rule, key: `${key}:t`, args: args("t", counting.window, counting.burst) };
      case "sliding-window":
        return { rule, key: `${key}:s`, args: args("s", counting.window, "") };
      case "calendar": {
        const { name, end } = periodAt(counting.period, Date.now());
        return { rule, key: `${key}:${name}`, args: args("q", 0, end) };
      }
      case "leases":
        return { rule, key: `${key}:l`, args: args("l", LEASE, this.#leases.name()) };
    }
  }

  async #ask(counted: readonly Counted[]): Promise<Verdict[]> {
    if (this.#isCluster) return this.#askInTurn(counted);
    try {
      return await this.#run(counted);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("CROSSSLOT")) throw error;
      this.#isCluster = true;
      return this.#askInTurn(counted);
    }
  }

  /** One script for each subject. */
  async #askInTurn(counted: readonly Counted[]): Promise<Verdict[]> {
    const verdicts: Verdict[] = counted.map(() => ({ allowed: true, remaining: 0, reset: 0, wait: 0 }));
    const tagOf = ({ key }: Counted): string => key.slice(key.indexOf("{"), key.indexOf("}"));
    for (const tag of new Set(counted.map(tagOf))) {
      const group = counted.filter((each) => tagOf(each) === tag);
      const said = await this.#run(group);
      for (const [i, each] of group.entries()) verdicts[counted.indexOf(each)] = said[i]!;
      if (said.some(({ allowed }) => !allowed)) break;
    }
    return verdicts;
  }

  async #run(counted: readonly Counted[]): Promise<Verdict[]> {
    const keys = counted.map(({ key }) => key);
    const reply = await this.#script.run(
      this.#send,
      keys,
      counted.flatMap(({ args }) => args),
    );
    if (!Array.isArray(reply) || reply.length !== counted.length * 4)
      throw new Error("Redis gave no verdict: is something between it and the gateway?");
    const said = reply.map(Number);
    return counted.map((_, i) => ({
      allowed: said[i * 4] === 1,
      remaining: said[i * 4 + 1]!,
      reset: said[i * 4 + 2]!,
      wait: said[i * 4 + 3]!,
    }));
  }
}
