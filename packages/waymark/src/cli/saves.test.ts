import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Saves } from "./saves.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function gathering(): { saves: Saves; told: (readonly string[])[] } {
  const told: (readonly string[])[] = [];
  return { saves: new Saves((paths) => void told.push(paths), 50), told };
}

it("tells of all files of one save together, each once, when it has been quiet", () => {
  const { saves, told } = gathering();
  for (const path of ["a.ts", "b.ts", "a.ts"]) {
    saves.note(path);
    vi.advanceTimersByTime(49);
  }
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([["a.ts", "b.ts"]]);
});

it("begins anew with the next save", () => {
  const { saves, told } = gathering();
  saves.note("a.ts");
  vi.advanceTimersByTime(50);
  saves.note("b.ts");
  vi.advanceTimersByTime(50);
  expect(told).toEqual([["a.ts"], ["b.ts"]]);
});

it("tells nothing after its end", () => {
  const { saves, told } = gathering();
  saves.note("a.ts");
  saves.close();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
});
