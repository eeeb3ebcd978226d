import { expect, it } from "vitest";
import { Gathered } from "./gathered.ts";

it("finds the empty line, wherever it is cut", () => {
  const text = Buffer.from(`HTTP/1.1 200 OK\r\nA: ${"b".repeat(1500)}\r\n\r\nbody`);
  const end = text.length - 4;
  for (let cut = 0; cut < text.length; cut++) {
    const gathered = new Gathered();
    expect(gathered.add(text, 0, cut)).toBe(cut >= end);
    if (cut < end) expect(gathered.add(text, cut, text.length)).toBe(true);
    else gathered.add(text, cut, text.length);
    expect(gathered.bytes.subarray(0, gathered.size).equals(text)).toBe(true);
  }
});

it("finds it at the very beginning", () => {
  const gathered = new Gathered();
  expect(gathered.add(Buffer.from("\r"), 0, 1)).toBe(false);
  expect(gathered.add(Buffer.from("\n"), 0, 1)).toBe(true);
});

it.each(["\n", "A: b\n", "A: b\r\nC: d\n"])("finds a bare LF: %j", (text) => {
  const gathered = new Gathered();
  const bytes = Buffer.from(text);
  const found = Array.from(text, (_, i) => gathered.add(bytes, i, i + 1));
  expect(found.indexOf(true)).toBe(text.length - 1);
});
