// What a 2nd, 10th and 100th route of one function cost, and 500 functions: node benchmarks/studies/routes.mjs [rounds]
// Nanoseconds of a whole request without a socket (last route), time to start, and memory a route; interleaved rounds.
import { answer, applicationOf, lastPath } from "../lib/in-memory.mjs";
import { summary } from "../lib/statistics.mjs";
import { fixed, table } from "../lib/table.mjs";

const rounds = Number(process.argv[2] ?? 15);
const TIMES = 100_000;
const CASES = [
  ["1 route", 1, true],
  ["2 routes of one function", 2, true],
  ["10 routes of one function", 10, true],
  ["100 routes of one function", 100, true],
  ["500 routes of one function", 500, true],
  ["100 functions, a route each", 100, false],
  ["500 functions, a route each", 500, false],
];

const measured = [];
for (const [name, count, oneFunction] of CASES) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  const app = await applicationOf(count, { oneFunction });
  const started = performance.now() - start;
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / 1000 / count;
  measured.push({ name, app, path: lastPath(count), started, heap, times: [] });
}
for (const { app, path } of measured) answer(app, path, TIMES);
for (let round = 0; round < rounds; round++)
  for (const { app, path, times } of measured) {
    const start = performance.now();
    answer(app, path, TIMES);
    times.push(((performance.now() - start) / TIMES) * 1e6);
  }
const first = measured[0].times;
const rows = measured.map(({ name, started, heap, times }) => {
  const { median, min, max } = summary(times);
  const relative = summary(times.map((time, at) => time / first[at]));
  return [
    name,
    `${fixed(median, 0)} (${fixed(min, 0)}–${fixed(max, 0)})`,
    `${fixed(relative.median)} (${fixed(relative.min)}–${fixed(relative.max)})`,
    fixed(started, 1),
    globalThis.gc === undefined ? "–" : fixed(heap, 1),
  ];
});
console.log(
  table(["", "ns a request (min–max)", "× 1 route", "ms to start", "kB a route (with --expose-gc)"], rows),
);
