// The fast lane against Node's parser on generated and mutated requests: node benchmarks/fuzz-wire.mjs [cases] [seed]
// The same cases as in `npm test`, only more of them; any request that the two read differently fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [cases = "1000000", seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
console.log(`${cases} cases, seed ${seed}`);
const { status } = spawnSync(
  "npx",
  ["vitest", "run", "packages/waymark/src/wire/differential.test.ts", "--typecheck.enabled=false"],
  {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, WAYMARK_TEST_BUILD: "off", WAYMARK_FUZZ_CASES: cases, WAYMARK_FUZZ_SEED: seed },
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
