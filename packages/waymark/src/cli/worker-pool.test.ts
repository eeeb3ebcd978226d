import { describe, expect, it } from "vitest";
import type { Ready } from "./worker-messages.ts";
import { type WorkerHandle, WorkerPool } from "./worker-pool.ts";

const READY: Ready = { type: "ready", url: "http://127.0.0.1:1", docs: {} };

/** A worker without a process. */
class FakeWorker implements WorkerHandle {
  readonly pid: number;
  readonly orders: string[] = [];
  serve!: () => void;
  end!: (how?: string) => void;
  readonly ready: Promise<Ready | undefined>;
  readonly ended: Promise<string>;

  constructor(pid: number) {
    this.pid = pid;
    this.ended = new Promise((resolve) => (this.end = (how = "ended with exit code 1") => resolve(how)));
    this.ready = new Promise((resolve) => {
      this.serve = () => resolve(READY);
      void this.ended.then(() => resolve(undefined));
    });
  }
  stop(): void {
    this.orders.push("stop");
    this.end("");
  }
  retire(): void {
    this.orders.push("retire");
    this.end("");
  }
  kill(): void {
    this.orders.push("kill");
  }
}

/** A pool of fakes; `serving` makes each serve at once. */
function fakePool(size: number, { serving = true } = {}) {
  const workers: FakeWorker[] = [];
  const waits: number[] = [];
  const said: string[] = [];
  const clock = { time: 0, serving };
  const pool = new WorkerPool({
    size,
    start: () => {
      const worker = new FakeWorker(workers.length + 1);
      workers.push(worker);
      if (clock.serving) worker.serve();
      return worker;
    },
    say: (text) => void said.push(text),
    wait: (time) => {
      waits.push(time);
      return Promise.resolve();
    },
    now: () => clock.time,
  });
  return { pool, workers, waits, said, clock };
}

/** Lets everything that is settled be noticed. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a pool of workers", () => {
  it("starts the others when the first one serves", async () => {
    const { pool, workers } = fakePool(3, { serving: false });
    const started = pool.start();
    await settle();
    expect(workers).toHaveLength(1);
    workers[0]!.serve();
    await settle();
    expect(workers).toHaveLength(3);
    for (const worker of workers) worker.serve();
    expect(await started).toBe(READY);
  });

  it("gives up where the first one does not start", async () => {
    const { pool, workers, said } = fakePool(3, { serving: false });
    const started = pool.start();
    workers[0]!.end();
    expect(await started).toBeUndefined();
    await settle();
    expect([workers.length, said]).toEqual([1, []]);
  });

  it("replaces at once a worker that has served for a while", async () => {
    const { pool, workers, waits, said, clock } = fakePool(2);
    await pool.start();
    clock.time = 60_000;
    workers[1]!.end("was ended by SIGKILL");
    await settle();
    expect([workers.length, waits]).toEqual([3, []]);
    expect(said).toEqual(["worker 2 was ended by SIGKILL; the next starts now"]);
  });

  it("waits longer and longer where workers do not live, and forgets it when one does", async () => {
    const { pool, workers, waits, clock } = fakePool(1);
    await pool.start();
    for (let i = 0; i < 12; i++) {
      workers.at(-1)!.end();
      await settle();
    }
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 30_000]);
    clock.time = 60_000;
    workers.at(-1)!.end();
    await settle();
    clock.serving = false;
    workers.at(-1)!.end();
    await settle();
    expect(waits.slice(12)).toEqual([100]);
  });

  it("goes on where every worker has ended and the next does not start", async () => {
    const { pool, workers, clock } = fakePool(2);
    await pool.start();
    clock.serving = false;
    for (const worker of [...workers]) worker.end();
    await settle();
    expect(workers).toHaveLength(4);
    workers[2]!.end();
    workers[3]!.end();
    await settle();
    expect(workers).toHaveLength(6);
  });

  it("rolls one by one: the old one is retired when the new one serves", async () => {
    const { pool, workers, clock } = fakePool(2);
    await pool.start();
    clock.serving = false;
    const rolled = pool.roll();
    await settle();
    expect([workers.length, workers[0]!.orders]).toEqual([3, []]);
    workers[2]!.serve();
    await settle();
    expect([workers[0]!.orders, workers[1]!.orders, workers.length]).toEqual([["retire"], [], 4]);
    workers[3]!.serve();
    await rolled;
    expect(workers[1]!.orders).toEqual(["retire"]);
    expect(workers).toHaveLength(4);
  });

  it("rolls once more where it was asked meanwhile", async () => {
    const { pool, workers } = fakePool(1);
    await pool.start();
    const rolled = pool.roll();
    void pool.roll();
    void pool.roll();
    await rolled;
    expect(workers.map(({ orders }) => orders)).toEqual([["retire"], ["retire"], []]);
  });

  it("keeps the old ones where a new one does not start", async () => {
    const { pool, workers, said, clock } = fakePool(2);
    await pool.start();
    clock.serving = false;
    const rolled = pool.roll();
    await settle();
    workers[2]!.end();
    await rolled;
    await settle();
    expect(workers.map(({ orders }) => orders)).toEqual([[], [], []]);
    expect(said.at(-1)).toBe("a new worker did not start; the old ones go on");
  });

  it("stops every worker, also one that is only starting, and starts none", async () => {
    const { pool, workers, clock } = fakePool(2);
    await pool.start();
    clock.serving = false;
    const rolled = pool.roll();
    await settle();
    await pool.stop();
    await rolled;
    await settle();
    expect(workers.map(({ orders }) => orders)).toEqual([["stop"], ["stop"], ["stop"]]);
  });

  it("kills when it is told twice", async () => {
    const { pool, workers } = fakePool(1);
    await pool.start();
    workers[0]!.stop = () => undefined;
    const stopped = pool.stop();
    void pool.stop();
    expect(workers[0]!.orders).toEqual(["kill"]);
    workers[0]!.end();
    await stopped;
  });
});
