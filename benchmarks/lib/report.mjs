// What a run found, as Markdown.
import { between } from "./measure.mjs";
import { BASELINE } from "./servers.mjs";
import { fixed, ratio, table, thousands } from "./table.mjs";

/** What Waymark wants to be, on Node, against others: hold and aim of W1, W2, W3. Absent: only reported. */
const TARGETS = [
  [BASELINE, { W1: [1.4, 1.6], W2: [1.4, 1.7], W3: [1.35, 1.6], W9: [1.3] }],
  ["fastify", { W1: [1.6, 2], W2: [2, 2.4], W3: [1.7, 2.1], W4: [1.5] }],
  ["hono", { W1: [1.6, 1.8], W2: [2.8, 3.5], W3: [2.6, 3] }],
  ["elysia", { W1: [1.6, 1.8], W2: [2.8, 3.5], W3: [2.6, 3] }],
  ["elysia bun", { W2: [1.05, 1.3], W3: [1.15, 1.4] }],
  ["hono bun", { W2: [1.05, 1.3], W3: [1.15, 1.4] }],
  ["fastapi", { W1: [3.3, 4], W2: [5.5, 7], W3: [14, 18] }],
];
/** On Bun, against those that are there: only reported. */
const BUN_TARGETS = [
  ["bun.serve", {}],
  ["elysia bun", {}],
  ["hono bun", {}],
];
const NODE_HTTP_TARGETS = [["fastify", { W1: [1], W2: [1], W3: [1] }]];

/** Those that were measured somewhere. */
const present = (targets, measured, results) =>
  targets.filter(([other]) =>
    measured.some((workload) => results[workload.name].some((one) => one.name === other)),
  );

export function report(workloads, results, { date, cpu, cpus, took, window, versions }) {
  const measured = workloads.filter(({ name }) => results[name] !== undefined);
  const parts = [
    `${date}, ${cpus} × ${cpu}, windows of ${window} s, ${took} s in all. Server on CPU 0, wrk -t1 -c64 on CPU 1.`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  ];
  for (const { name, title } of measured) parts.push(`### ${name}: ${title}`, workloadTable(results[name]));
  parts.push(
    "### Waymark against the others (same run, round by round)",
    against("waymark", TARGETS, measured, results),
  );
  parts.push(
    "### The same in CPU time a request, theirs ÷ Waymark's",
    byCpu("waymark", TARGETS, measured, results),
  );
  parts.push(
    "### Waymark on Bun against others there",
    against("waymark bun-wire", BUN_TARGETS, measured, results),
  );
  parts.push(
    "### Waymark on `node-http` against Fastify",
    against("waymark node-http", NODE_HTTP_TARGETS, measured, results),
  );
  return parts.filter((part) => part !== "").join("\n\n");
}

function workloadTable(results) {
  const rows = results
    .toSorted((a, b) => b.ratio.median - a.ratio.median)
    .map(({ name, rate, ratio: relative, cpu, p99, rss }) => [
      name,
      thousands(rate),
      name === BASELINE ? "1" : ratio(relative),
      `${fixed(cpu.median, 1)} (${fixed(cpu.min, 1)}–${fixed(cpu.max, 1)})`,
      fixed(p99, 1),
      fixed(rss, 0),
    ]);
  return table(
    ["", "krps median (min–max)", `× ${BASELINE}, paired (min–max)`, "CPU µs a request", "p99 ms", "RSS MB"],
    rows,
  );
}

function against(name, targets, measured, results) {
  const rows = present(targets, measured, results).map(([other, wanted]) => [
    `÷ ${other}`,
    ...measured.map((workload) => cell(between(results[workload.name], name, other), wanted[workload.name])),
  ]);
  return table(["", ...measured.map((workload) => workload.name)], rows);
}

/** Moved least by whatever else a machine does; without the time that the kernel works for nobody in particular. */
function byCpu(name, targets, measured, results) {
  const cpuOf = (workload, wanted) => results[workload.name].find((one) => one.name === wanted)?.cpu.median;
  const rows = present(targets, measured, results).map(([other]) => [
    `÷ ${other}`,
    ...measured.map((workload) => fixed(cpuOf(workload, other) / cpuOf(workload, name))),
  ]);
  return table(["", ...measured.map((workload) => workload.name)], rows);
}

function cell(found, target) {
  if (found === undefined) return "–";
  if (target === undefined) return fixed(found.median);
  const [hold, aim] = target;
  const verdict = found.median < hold ? "✗" : aim !== undefined && found.median >= aim ? "✓✓" : "✓";
  return `**${fixed(found.median)}** (${fixed(found.min)}–${fixed(found.max)}) ${verdict} ${hold}${aim === undefined ? "" : `/${aim}`}`;
}
