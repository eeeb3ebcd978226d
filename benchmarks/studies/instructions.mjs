// Whether a request's work grows with the number of routes, in instructions: node benchmarks/studies/instructions.mjs
// Counted by valgrind's callgrind over V8's interpreter alone, which repeats itself nearly exactly: two runs that differ only
// in the number of requests, divided. `perf stat -e instructions:u` is used instead where the CPU counts for it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { answer, applicationOf, lastPath } from "../lib/in-memory.mjs";
import { fixed, table } from "../lib/table.mjs";

/** Room enough that nothing is collected meanwhile: that work depends on the heap and not on the request. */
const NO_COLLECTION = ["--min-semi-space-size=128", "--max-semi-space-size=128"];
/** Compiled code would depend on when V8 compiles. Not --jitless: it takes WebAssembly away, which Node's fetch needs. */
const INTERPRETED = [
  "--no-opt",
  "--no-sparkplug",
  "--no-maglev",
  "--single-threaded",
  "--predictable",
  "--hash-seed=1",
  "--random-seed=1",
  ...NO_COLLECTION,
];
const CASES = [
  ["1 route", 1, true],
  ["100 routes of one function, the last", 100, true],
  ["500 routes of one function, the last", 500, true],
  ["500 functions, the last", 500, false],
];
const [mode, routes, oneFunction, times] = process.argv.slice(2);

if (mode === "work") {
  const app = await applicationOf(Number(routes), { oneFunction: oneFunction === "true" });
  answer(app, lastPath(Number(routes)), Number(times));
} else {
  const counter = [perf, callgrind].find((one) => one(["-e", "0"]) !== undefined);
  if (counter === undefined) throw new Error("neither perf counts instructions here, nor is there valgrind");
  const [few, many] = counter === perf ? [20_000, 220_000] : [1000, 6000];
  let first;
  const rows = CASES.map(([name, count, one]) => {
    const of = (requests) =>
      counter([fileURLToPath(import.meta.url), "work", String(count), String(one), String(requests)]);
    const each = (of(many) - of(few)) / (many - few);
    first ??= each;
    return [name, fixed(each, 0), fixed(each / first, 3)];
  });
  console.log(table([`instructions by ${counter.name}`, "a request", "× 1 route"], rows));
}

/** Instructions of a run of Node in user mode; undefined where the CPU or the kernel does not count them. */
function perf(args) {
  const { stderr } = spawnSync("perf", ["stat", "-x,", "-e", "instructions:u", process.execPath, ...args], {
    encoding: "utf8",
  });
  const [count] = /^(\d+),/m.exec(stderr ?? "")?.slice(1) ?? [];
  return count === undefined ? undefined : Number(count);
}

function callgrind(args) {
  const options = ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--smc-check=all-non-file"];
  const { stderr } = spawnSync("valgrind", [...options, process.execPath, ...INTERPRETED, ...args], {
    encoding: "utf8",
  });
  const [, count] = /Collected\s*:\s*(\d+)/.exec(stderr ?? "") ?? [];
  return count === undefined ? undefined : Number(count);
}
