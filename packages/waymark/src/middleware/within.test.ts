import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { within } from "./within.ts";

afterEach(() => void vi.useRealTimers());

describe("within", () => {
  it("gives what the work gives, or its error", async () => {
    expect(await within(1000, async () => "fine")).toBe("fine");
    await expect(within(1000, () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  });

  it("waits no longer than it may, and leaves no timer", async () => {
    vi.useFakeTimers();
    const late = within(100, () => new Promise(() => undefined)).catch(String);
    await vi.advanceTimersByTimeAsync(101);
    expect(await late).toContain("did not answer within 100 ms");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("blames nobody for the time in which this process stood still", async () => {
    // Somebody else answers meanwhile.
    const child = spawn("cat", { stdio: ["pipe", "pipe", "ignore"] });
    try {
      const ready = once(child.stdout, "data");
      child.stdin.write("begin");
      await ready;
      const answered = within(100, async () => {
        const answer = once(child.stdout, "data");
        child.stdin.write("answer");
        return String(await answer);
      });
      const until = performance.now() + 700;
      while (performance.now() < until);
      expect(await answered).toBe("answer");
    } finally {
      child.kill();
    }
  });
});
