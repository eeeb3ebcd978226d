import type { Ready } from "./worker-messages.ts";

/** One process, as the pool sees it. */
export interface WorkerHandle {
  readonly pid: number | undefined;
  /** Resolves when it serves; to undefined when it ended before. */
  readonly ready: Promise<Ready | undefined>;
  /** Resolves when it has ended: to how, in words. */
  readonly ended: Promise<string>;
  /** Ends it in order. */
  stop(): void;
  /** Ends it in order while others go on. */
  retire(): void;
  kill(): void;
}

export interface WorkerPoolOptions {
  readonly size: number;
  start(): WorkerHandle;
  /** Tells the person at the terminal. */
  say(text: string): void;
  /** Resolves after so many milliseconds. */
  wait(time: number): Promise<void>;
  /** Milliseconds on any clock. */
  now(): number;
}

/** A worker that ends within this time has not served: it is started again later and later. */
const SHORT_LIFE = 5_000;
const FIRST_DELAY = 100;
const LONGEST_DELAY = 30_000;

/** Keeps a number of workers serving: replaces those that end, and all of them, one by one, when asked to. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: Slot[];
  readonly #alive = new Set<WorkerHandle>();
  /** The first worker serves: from now on one that ends is replaced. */
  #isUp = false;
  #isStopping = false;
  #rolling: Promise<void> | undefined;
  #rollAgain = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.size }, () => ({ worker: undefined, failures: 0 }));
  }

  /** Starts one worker and, when that one serves, the others. Resolves to undefined where it does not. */
  async start(): Promise<Ready | undefined> {
    const [first, ...others] = this.#slots as [Slot, ...Slot[]];
    const ready = await this.#fill(first).ready;
    if (ready === undefined) return undefined;
    this.#isUp = true;
    await Promise.all(others.map((slot) => this.#fill(slot).ready));
    return ready;
  }

  /**
   * Puts a new worker in the place of each, one by one: the old one is retired when the new one serves. Where a new one
   * does not start, the old ones that are left go on. Asked again meanwhile, it begins once more at its end.
   */
  roll(): Promise<void> {
    if (this.#rolling !== undefined) {
      this.#rollAgain = true;
      return this.#rolling;
    }
    return (this.#rolling = this.#rollAll().finally(() => (this.#rolling = undefined)));
  }

  async #rollAll(): Promise<void> {
    do {
      this.#rollAgain = false;
      this.#options.say("restarting the workers one by one");
      const isDone = await this.#rollOnce();
      if (this.#isStopping) return;
      this.#options.say(isDone ? "all workers restarted" : "a new worker did not start; the old ones go on");
    } while (this.#rollAgain);
  }

  async #rollOnce(): Promise<boolean> {
    for (const slot of this.#slots) {
      if (this.#isStopping) return false;
      const next = this.#begin();
      if ((await next.ready) === undefined) return false;
      const old = slot.worker;
      this.#watch(slot, next);
      old?.retire();
      await old?.ended;
    }
    return true;
  }

  /** Ends every worker in order and resolves when none is left. Called again, it kills. */
  async stop(): Promise<void> {
    const isImpatient = this.#isStopping;
    this.#isStopping = true;
    const workers = [...this.#alive];
    for (const worker of workers)
      if (isImpatient) worker.kill();
      else worker.stop();
    await Promise.all(workers.map((worker) => worker.ended));
  }

  #begin(): WorkerHandle {
    const worker = this.#options.start();
    this.#alive.add(worker);
    void worker.ended.then(() => this.#alive.delete(worker));
    return worker;
  }

  #fill(slot: Slot): WorkerHandle {
    const worker = this.#begin();
    this.#watch(slot, worker);
    return worker;
  }

  #watch(slot: Slot, worker: WorkerHandle): void {
    slot.worker = worker;
    const began = this.#options.now();
    let hasServed = false;
    void worker.ready.then((ready) => (hasServed = ready !== undefined));
    void worker.ended.then((how) => {
      if (slot.worker !== worker || this.#isStopping || !this.#isUp) return;
      slot.worker = undefined;
      const isShort = !hasServed || this.#options.now() - began < SHORT_LIFE;
      void this.#refill(slot, worker, how, isShort);
    });
  }

  async #refill(slot: Slot, { pid }: WorkerHandle, how: string, isShort: boolean): Promise<void> {
    slot.failures = isShort ? slot.failures + 1 : 0;
    const delay = isShort ? Math.min(FIRST_DELAY * 2 ** (slot.failures - 1), LONGEST_DELAY) : 0;
    this.#options.say(
      `worker ${pid ?? "?"} ${how}; the next starts ${delay === 0 ? "now" : `in ${delay} ms`}`,
    );
    if (delay > 0) await this.#options.wait(delay);
    if (!this.#isStopping && slot.worker === undefined) this.#fill(slot);
  }
}

/** The place of one worker. */
interface Slot {
  worker: WorkerHandle | undefined;
  /** Short lives in a row. */
  failures: number;
}
