import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnyDependency } from "../dependency.ts";
import { HttpError } from "../http/http-error.ts";
import { jsonOf, TestExchange } from "./exchange.fixture.ts";
import { bench, dep } from "./route.fixture.ts";

interface NodeModel {
  readonly kind: "value" | "generator";
  /** Turns of the microtask queue before it is set up; 0 and not asynchronous: at once. */
  readonly ticks: number;
  readonly asynchronous: boolean;
  /** Which of the earlier ones it uses: one bit each. */
  readonly uses: number;
  readonly setup: "works" | "fails" | "client leaves";
  readonly cleanup: "works" | "fails";
  readonly onError: "passes on" | "swallows" | "replaces";
  readonly early: boolean;
}
interface Model {
  readonly nodes: readonly NodeModel[];
  /** So many of them are guards. */
  readonly guards: number;
  readonly result: "works" | "fails" | "client leaves";
  readonly ticks: number;
}

const node: fc.Arbitrary<NodeModel> = fc.record({
  kind: fc.constantFrom("value", "generator", "generator"),
  ticks: fc.nat(3),
  asynchronous: fc.boolean(),
  uses: fc.nat(255),
  setup: fc.constantFrom("works", "works", "works", "works", "works", "fails", "client leaves"),
  cleanup: fc.constantFrom("works", "works", "fails"),
  onError: fc.constantFrom("passes on", "passes on", "swallows", "replaces"),
  early: fc.boolean(),
});
const model: fc.Arbitrary<Model> = fc.record({
  nodes: fc.array(node, { minLength: 1, maxLength: 6 }),
  guards: fc.nat(2),
  result: fc.constantFrom("works", "works", "fails", "client leaves"),
  ticks: fc.nat(2),
});

interface Event {
  readonly what: "start" | "open" | "failed" | "left" | "closed" | "saw" | "aborted" | "function" | "end";
  readonly of: number;
  readonly error?: string;
}

async function pass(ticks: number): Promise<void> {
  for (let i = 0; i < ticks; i++) await Promise.resolve();
}

/** Runs a model and notes what happened, in order. */
class Experiment {
  readonly events: Event[] = [];
  readonly exchange = new TestExchange();
  readonly #dependencies: AnyDependency[] = [];
  readonly #model: Model;

  constructor(of: Model) {
    this.#model = of;
    this.exchange.onEnd = () => this.#note("end", -1);
    this.exchange.signal.addEventListener("abort", () => this.#note("aborted", -1));
    for (const [index, each] of of.nodes.entries()) this.#dependencies.push(this.#dependency(index, each));
  }

  async run(): Promise<readonly { message: string }[]> {
    const { guards, ticks, result } = this.#model;
    const fn = async (): Promise<number> => {
      this.#note("function", -1);
      await pass(ticks);
      if (result === "fails") throw this.#failure(-1, "function");
      if (result === "client leaves") this.exchange.abort();
      return 1;
    };
    const input = Object.fromEntries(this.#dependencies.map((each, index) => [`d${index}`, each]));
    const { plan, logger } = bench(fn, { guards: this.#dependencies.slice(0, guards), input });
    await plan(this.exchange, []);
    return logger.lines;
  }

  #note(what: Event["what"], of: number, error?: string): void {
    this.events.push(error === undefined ? { what, of } : { what, of, error });
  }

  #failure(of: number, detail: string): HttpError {
    this.#note("failed", of, detail);
    return new HttpError(409, detail);
  }

  #dependency(index: number, { kind, uses, asynchronous, early }: NodeModel): AnyDependency {
    const input: Record<string, AnyDependency> = {};
    for (const [i, each] of this.#dependencies.entries()) if ((uses & (1 << i)) !== 0) input[`d${i}`] = each;
    const contract = early ? { input, cleanup: "before-reply" } : { input };
    if (kind === "value")
      return dep(
        `d${index}`,
        asynchronous ? () => this.#setUpLater(index) : () => this.#setUp(index),
        contract,
      );
    return dep(
      `d${index}`,
      asynchronous ? () => this.#asyncGenerator(index) : () => this.#generator(index),
      contract,
    );
  }

  #setUp(index: number): void {
    this.#note("start", index);
    if (this.#model.nodes[index]!.setup === "fails") throw this.#failure(index, `set-up ${index}`);
  }

  async #setUpLater(index: number): Promise<void> {
    this.#note("start", index);
    const { ticks, setup } = this.#model.nodes[index]!;
    await pass(ticks + 1);
    if (setup === "fails") throw this.#failure(index, `set-up ${index}`);
    if (setup === "client leaves" && !this.exchange.aborted) {
      this.#note("left", index);
      this.exchange.abort();
    }
  }

  *#generator(index: number): Generator<number> {
    this.#setUp(index);
    try {
      this.#note("open", index);
      yield index;
    } catch (error) {
      this.#saw(index, error);
      return;
    }
    this.#cleanUp(index);
  }

  async *#asyncGenerator(index: number): AsyncGenerator<number> {
    await this.#setUpLater(index);
    const { ticks } = this.#model.nodes[index]!;
    try {
      this.#note("open", index);
      yield index;
    } catch (error) {
      await pass(ticks);
      this.#saw(index, error);
      return;
    }
    await pass(ticks);
    this.#cleanUp(index);
  }

  #saw(index: number, error: unknown): void {
    this.#note("saw", index, (error as HttpError).detail ?? (error as Error).name);
    const { onError } = this.#model.nodes[index]!;
    if (onError === "replaces") throw new HttpError(409, `replaced by ${index}`);
    if (onError === "passes on") throw error;
  }

  #cleanUp(index: number): void {
    this.#note("closed", index);
    if (this.#model.nodes[index]!.cleanup === "fails") throw new HttpError(409, `clean-up ${index}`);
  }
}

/** Whether each node is cleaned up before the reply: by itself, or because it uses one that is. */
function earlyOnes({ nodes }: Model): boolean[] {
  const early: boolean[] = [];
  for (const [index, { early: own, uses }] of nodes.entries())
    early[index] = own || early.some((each, i) => each && i < index && (uses & (1 << i)) !== 0);
  return early;
}

const sorted = (indexes: readonly number[]): number[] => indexes.toSorted((a, b) => a - b);

/**
 * An asynchronous generator's yield is heard of some turns of the microtask queue later, when others may have reached theirs:
 * then only those that use each other have one right order.
 */
function expectReverse({ nodes }: Model, closed: readonly number[], opened: readonly number[]): void {
  const asynchronous = nodes.filter((each) => each.asynchronous);
  const isExact = asynchronous.length < 2 || asynchronous.every(({ kind }) => kind === "value");
  if (isExact) return expect(closed).toEqual(opened.toReversed());
  expect(sorted(closed)).toEqual(sorted(opened));
  for (const [at, index] of closed.entries())
    for (const later of closed.slice(at + 1))
      if (later > index) expect(nodes[later]!.uses & (1 << index)).toBe(0);
}

const indexOf = (events: readonly Event[], what: Event["what"]): number => {
  const index = events.findIndex((each) => each.what === what);
  return index === -1 ? Infinity : index;
};

describe("whatever fails, and whenever the client leaves", () => {
  it("set-ups equal clean-ups, in reverse; the first error is the reply; nothing starts after it", async () => {
    let failing = 0;
    await fc.assert(
      fc.asyncProperty(model, async (of) => {
        const experiment = new Experiment(of);
        const logged = await experiment.run();
        const { events, exchange } = experiment;
        const list = (...kinds: Event["what"][]): number[] =>
          events.filter(({ what }) => kinds.includes(what)).map((each) => each.of);
        const early = earlyOnes(of);
        const end = indexOf(events, "end");
        const over = Math.min(indexOf(events, "failed"), indexOf(events, "left"));

        expect(exchange.ends).toBe(1);
        expect(list("start").length).toBe(new Set(list("start")).size);

        // every generator that reached its yield is resumed exactly once
        expect(sorted(list("closed", "saw"))).toEqual(sorted(list("open")));

        // nothing that uses what failed starts, nothing at all once the signal is aborted; the function needs all of them
        const aborted = indexOf(events, "aborted");
        const failed = events.filter(({ what }) => what === "failed").map((each) => each.of);
        for (const [at, { what, of: index }] of events.entries()) {
          if (what === "start") expect(at).toBeLessThan(aborted);
          if (what === "start")
            expect(
              failed.some((each) => each >= 0 && (of.nodes[index]!.uses & (1 << each)) !== 0 && each < index),
            ).toBe(false);
          if (what === "function") expect(at).toBeLessThan(over);
        }

        const earlyFailure = events.findIndex(
          ({ what, of: index }, at) => what === "closed" && at < end && of.nodes[index]!.cleanup === "fails",
        );
        if (over === Infinity && earlyFailure === -1) {
          expect(list("saw")).toEqual([]);
          const closed = list("closed");
          const opened = list("open");
          const isEarly = (index: number): boolean => early[index]!;
          expectReverse(of, closed.slice(0, closed.findLastIndex(isEarly) + 1), opened.filter(isEarly));
          expectReverse(
            of,
            closed.slice(closed.findLastIndex(isEarly) + 1),
            opened.filter((index) => !isEarly(index)),
          );
          for (const [at, { what, of: index }] of events.entries())
            if (what === "closed") expect(at < end).toBe(early[index]);
          expect(exchange.sent).toMatchObject({ status: 200, text: "1" });
          const fails = list("closed").filter((index) => of.nodes[index]!.cleanup === "fails");
          expect(logged.map(({ message }) => message)).toEqual(
            fails.map((index) => `GET /: the clean-up of dependency d${index} failed`),
          );
          return;
        }

        failing++;
        // what is still open sees the error, each what the one before it made of it, all before the reply
        const wasClosed = new Set(list("closed"));
        expectReverse(
          of,
          list("saw"),
          list("open").filter((index) => !wasClosed.has(index)),
        );
        // of failures in one turn of the microtask queue the first is the one that the plan heard of first
        const failures = events.flatMap(({ what, error: detail }) => (what === "failed" ? [detail!] : []));
        const { reason } = exchange.signal;
        const told = events.find(({ what }) => what === "saw")?.error ?? jsonOf(exchange)?.detail;
        const first =
          reason instanceof HttpError ? reason.detail! : failures.includes(told) ? told : failures[0];
        if (first !== undefined) expect(failures).toContain(first);
        expect(logged.map(({ message }) => message)).toEqual(
          failures.slice(1).map(() => "GET /: a further dependency failed"),
        );
        const gone = over !== Infinity && first === undefined;
        let error = first ?? (gone ? "ClientGone" : `clean-up ${events[earlyFailure]!.of}`);
        for (const [at, each] of events.entries()) {
          if (each.what !== "saw") continue;
          expect(at).toBeLessThan(end);
          expect(each.error).toBe(error);
          if (of.nodes[each.of]!.onError === "replaces") error = `replaced by ${each.of}`;
        }
        if (error === "ClientGone") expect(exchange.status).toBe(499);
        else expect(jsonOf(exchange)).toMatchObject({ status: 409, detail: error });
      }),
      { numRuns: 10_000 },
    );
    expect(failing).toBeGreaterThan(3000);
  }, 180_000);
});
