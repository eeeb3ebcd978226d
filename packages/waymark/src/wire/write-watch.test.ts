import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WriteWatch } from "./write-watch.ts";

/** A socket as the watch sees it. Node's own time-out is somebody else's test. */
function watched(timeout: number, tellsOfProgress = true) {
  const socket = Object.assign(new EventEmitter(), {
    bytesRead: 0,
    destroyed: false,
    setTimeout: vi.fn<(time: number) => void>(),
    destroy: vi.fn<() => void>(() => (socket.destroyed = true)),
  });
  return { socket, watch: new WriteWatch(socket as unknown as Socket, timeout, tellsOfProgress) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("Node's time-out is on while something waits", () => {
  const { socket, watch } = watched(1000);
  watch.begin();
  watch.begin();
  watch.end();
  expect(socket.setTimeout.mock.calls).toEqual([[1000], [0]]);
});

test("who sends now and then and takes nothing is cut off", () => {
  const { socket, watch } = watched(1000);
  watch.begin();
  const attack = setInterval(() => socket.bytesRead++, 250);
  vi.advanceTimersByTime(1500);
  expect(socket.destroy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1500);
  expect(socket.destroy).toHaveBeenCalledOnce();
  clearInterval(attack);
  vi.advanceTimersByTime(1000);
  expect(vi.getTimerCount()).toBe(0);
});

test("who has sent its requests and is silent, or takes what it is sent, is left to Node", () => {
  const { socket, watch } = watched(1000);
  watch.begin();
  socket.bytesRead = 100;
  vi.advanceTimersByTime(10_000);
  for (let i = 0; i < 20; i++) {
    watch.end();
    watch.begin();
    socket.bytesRead++;
    vi.advanceTimersByTime(900);
  }
  expect(socket.destroy).not.toHaveBeenCalled();
  watch.end();
  vi.advanceTimersByTime(1000);
  expect(vi.getTimerCount()).toBe(0);
});

test("0 waits for ever", () => {
  const { socket, watch } = watched(0);
  watch.begin();
  expect(socket.setTimeout).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test("a connection that has ended is kept by nothing", () => {
  const { socket, watch } = watched(30_000);
  watch.begin();
  expect(vi.getTimerCount()).toBe(1);
  socket.destroyed = true;
  socket.emit("close");
  expect(vi.getTimerCount()).toBe(0);
  expect(socket.listenerCount("close")).toBe(0);
});

test("it listens once, however often something waits", () => {
  const { socket, watch } = watched(1000);
  for (let i = 0; i < 5; i++) {
    watch.begin();
    watch.end();
  }
  expect(socket.listenerCount("close")).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(socket.listenerCount("close")).toBe(0);
});

test("on Bun: who has not taken a write within a period is cut off before two are over", () => {
  const { socket, watch } = watched(1000, false);
  watch.begin();
  expect(socket.setTimeout).not.toHaveBeenCalled();
  vi.advanceTimersByTime(999);
  expect(socket.destroy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1001);
  expect(socket.destroy).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(1000);
  expect(vi.getTimerCount()).toBe(0);
});

test("on Bun: who takes one write after the other is not, however long it takes", () => {
  const { socket, watch } = watched(1000, false);
  for (let i = 0; i < 20; i++) {
    watch.begin();
    vi.advanceTimersByTime(900);
    watch.end();
  }
  vi.advanceTimersByTime(5000);
  expect(socket.destroy).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
