import type { Application, Exchange } from "../http/exchange.ts";
import { type Limits, DEFAULT_LIMITS } from "../http/limits.ts";
import { writeProblem } from "../http/problem.ts";

export type Answer = (exchange: Exchange) => unknown;

/** An application of one function; what it and `end` throw is kept. */
export interface Answering extends Application {
  readonly limits: Limits;
  readonly errors: unknown[];
  /** Resolves when so many exchanges were handled to the end. */
  settled(count: number): Promise<void>;
}

export function answering(answer: Answer, limits: Partial<Limits> = {}): Answering {
  const errors: unknown[] = [];
  const waiting: (() => void)[] = [];
  let done = 0;
  const finish = async (exchange: Exchange): Promise<void> => {
    try {
      exchange.status = 200;
      await answer(exchange);
    } catch (error) {
      errors.push(error);
      exchange.payload = null;
      writeProblem(exchange, error);
    }
    try {
      await exchange.end();
    } catch (error) {
      errors.push(error);
    }
    done++;
    for (const wake of waiting.splice(0)) wake();
  };
  return {
    limits: { ...DEFAULT_LIMITS, ...limits },
    errors,
    handle: finish,
    settled: async (count) => {
      while (done < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

/** A promise and the means to settle it. */
export function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}
