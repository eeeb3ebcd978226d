// What the behaviour suite uses of vitest, small enough to run on every runtime: tests are collected, then run one
// after the other, each told as a line of JSON.
import {
  chai,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";

export interface Told {
  readonly name: string;
  /** What went wrong; absent where the test passed. */
  readonly failure?: string;
}
type Body = () => void | Promise<void>;

const PATIENCE = 5000;
const path: string[] = [];
const collected: { readonly name: string; readonly body: Body }[] = [];

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
const { expect } = chai;
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, configurable: true });
setState(
  { assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null },
  expect as never,
);
export { expect };

export function describe(name: string, collect: () => void): void {
  path.push(name);
  collect();
  path.pop();
}

export function test(name: string, body: Body): void {
  collected.push({ name: [...path, name].join(" > "), body });
}
test.each =
  <T>(rows: readonly T[]) =>
  (name: string, body: (...row: never[]) => void | Promise<void>): void => {
    for (const row of rows) {
      const values: unknown[] = Array.isArray(row) ? row : [row];
      let at = 0;
      const told = name.replace(/%[js]/g, (mark) => {
        const value = values[at++];
        return mark === "%j" ? JSON.stringify(value) : String(value);
      });
      test(told, () => body(...(values as never[])));
    }
  };

/** Runs what was collected. */
export async function run(): Promise<void> {
  for (const { name, body } of collected) console.log(JSON.stringify(await told(name, body)));
}

async function told(name: string, body: Body): Promise<Told> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    await Promise.race([body(), late]);
    return { name };
  } catch (error) {
    return { name, failure: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
