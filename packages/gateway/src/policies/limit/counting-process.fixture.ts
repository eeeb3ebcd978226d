import { Redis } from "ioredis";
import { quotaRule } from "./quota-rule.ts";
import { limitRule, NOWHERE } from "./rate-rule.ts";
import { RedisCounters } from "./redis-counters.ts";

/**
 * A gateway's process, as far as it counts in Redis: asks so many times, fifty at a time, and prints how often it was let
 * through. Without the time-out of a request: on a machine that is busy it would be another test.
 */
const [port = "0", prefix = "", count = "0"] = process.argv.slice(2);
const client = new Redis(Number(port), "127.0.0.1");
const counters = new RedisCounters((command, ...args) => client.call(command, ...args), prefix);
const rules = [
  limitRule({ kind: "limit", origin: NOWHERE }, { rate: "500/h" }),
  quotaRule({ kind: "quota", origin: NOWHERE }, { requests: 321, per: "year" }),
];
let left = Number(count);
let passed = 0;
let refused = 0;
async function ask(): Promise<void> {
  while (left-- > 0) {
    const verdicts = await counters.take(rules, ["app:mobile", "app:mobile"], () => undefined);
    if (verdicts.every(({ allowed }) => allowed)) passed++;
    else refused++;
  }
}
await Promise.all(Array.from({ length: 50 }, ask));
counters.close();
client.disconnect();
console.log(JSON.stringify({ passed, refused }));
