// A schema's verdict with and without the library: node --import tsx benchmarks/micro/verdict.mjs
// Every answer is checked before it is timed. Rounds are interleaved; the figure is the median, in nanoseconds a value.
import assert from "node:assert/strict";
import { z } from "zod";

const source = new URL("../../packages/waymark/src/schema/", import.meta.url);
const { fastVerdict } = await import(new URL("fast/verdict.ts", source));
const { fastReply } = await import(new URL("fast/reply.ts", source));
const { outputFilter } = await import(new URL("filter.ts", source));
const { jsonSchema } = await import(new URL("json-schema.ts", source));

const ROUNDS = 15;
const MILLISECONDS = 60;

const reply = z.object({
  id: z.string(),
  limit: z.int(),
  q: z.string().optional(),
  active: z.boolean(),
  price: z.number(),
});
const replyValue = { id: "42", limit: 10, q: "abc", active: true, price: 12.5, secret: "no" };

const line = z.object({
  sku: z.string().min(1).max(40),
  quantity: z.int().min(1),
  price: z.number(),
  note: z.string().optional(),
});
const body = z.object({
  name: z.string().min(1).max(100),
  email: z.email(),
  tags: z.array(z.string()).max(10),
  address: z.object({ street: z.string(), city: z.string(), zip: z.string() }),
  lines: z.array(line).min(1).max(100),
});
const bodyValue = {
  name: "A customer",
  email: "ada@example.com",
  tags: ["a", "b", "c"],
  address: { street: "1 Long Road", city: "Town", zip: "12345" },
  lines: Array.from({ length: 10 }, (_, i) => ({
    sku: `sku-${i}`,
    quantity: i + 1,
    price: 9.5 + i,
    note: "a note of the line",
  })),
};
const limit = z.int().min(1).max(100).default(10);

/** Read at the end, so that no engine leaves out what is timed. */
const sink = { last: undefined };
const out = Buffer.alloc(1 << 14);
function time(run) {
  const end = performance.now() + MILLISECONDS;
  let count = 0;
  const start = performance.now();
  while (performance.now() < end) {
    for (let i = 0; i < 200; i++) sink.last = run();
    count += 200;
  }
  return ((performance.now() - start) * 1e6) / count;
}

function compare(title, runs) {
  for (let i = 0; i < 5; i++) for (const run of Object.values(runs)) time(run);
  const figures = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let i = 0; i < ROUNDS; i++)
    for (const [name, run] of Object.entries(runs)) figures[name].push(time(run));
  console.log(`\n${title}`);
  for (const [name, each] of Object.entries(figures)) {
    each.sort((one, other) => one - other);
    console.log(
      `  ${name.padEnd(44)} ${each[ROUNDS >> 1].toFixed(0).padStart(6)} ns  (${each[0].toFixed(0)}–${each.at(-1).toFixed(0)})`,
    );
  }
}

function inputs(title, schema, value) {
  const library = schema["~standard"].validate;
  const code = fastVerdict(schema, true);
  const closures = fastVerdict(schema, false);
  for (const verdict of [code, closures]) assert.deepEqual(verdict(value), library(value).value);
  compare(`${title}: the verdict`, {
    "the library": () => library(value),
    "generated code": () => code(value),
    closures: () => closures(value),
  });
}

function fastOf(schema, json, write, value) {
  const reply = fastReply(schema, json, { generate: true, write });
  return () => reply(value);
}

function replies(title, schema, value) {
  const library = schema["~standard"].validate;
  const json = jsonSchema(schema, "output");
  const filter = outputFilter(json);
  const code = fastVerdict(schema, true);
  const runs = {
    "the library, filter, JSON.stringify": () => JSON.stringify(filter(library(value).value)),
    "generated code, filter, JSON.stringify": () => JSON.stringify(filter(code(value))),
    "generated code, JSON.stringify": () => JSON.stringify(code(value)),
    "as compiled, without a writer": fastOf(schema, json, false, value),
    "as compiled, with a writer": fastOf(schema, json, true, value),
  };
  const expected = runs["the library, filter, JSON.stringify"]();
  for (const run of Object.values(runs)) assert.equal(run(), expected);
  // A text that is joined of pieces is made when it is read: as the socket does.
  compare(
    `${title}: value to text`,
    Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, () => out.latin1Write(run(), 0)])),
  );
}

console.log(process.version);
inputs("one query value (int, 1–100, default)", limit, 10);
inputs("W2's reply, five fields", reply, replyValue);
inputs("W3's body, 1 KB, an array of ten", body, bodyValue);
replies("W2's reply, five fields", reply, replyValue);
replies("W3's body, 1 KB, an array of ten", body, bodyValue);
assert.notEqual(sink.last, undefined);
