import { describe, expect, it } from "vitest";
import { fits, stepsOf } from "./page.ts";

describe("what a page shows", () => {
  it.each([
    ["", ""],
    ["one", "one"],
    ["one (12 ms)", "one (…)"],
    ["one\ntwo\nthree", "…\nthree"],
    ["one\ntwo\nthree", "one\n…"],
    ["one\ntwo\nthree\nfour", "…\ntwo\n…\nfour"],
    ["one", "…\none\n…"],
    ["", "…"],
  ])("fits %j as %j", (printed, shown) => {
    expect(fits(printed, shown)).toBe(true);
  });

  it.each([
    ["one", ""],
    ["", "one"],
    ["one\ntwo", "one"],
    ["one\ntwo", "…\none"],
    ["one\ntwo\nthree", "…\nthree\n…\ntwo"],
    ["one.two", "one,two"],
    ["two", "…\none\n…"],
    ["one", "one\n…\none"],
  ])("does not fit %j as %j", (printed, shown) => {
    expect(fits(printed, shown)).toBe(false);
  });

  it("does not take long over what does not fit", () => {
    const lines = "Dear readers, a book has arrived.\n".repeat(20_000);
    expect(fits(lines, "…\nℹ pass 4\nℹ fail 0\n…")).toBe(false);
  });
});

describe("the steps of a page", () => {
  it("are files, commands with what is seen, and what the service says", () => {
    const page =
      "```ts\n// src/app.ts\nexport {};\n```\n\n```console\n$ ls\nsrc\n$ pwd\n```\n\n```text\nread\n```\n";
    expect(stepsOf(page)).toEqual([
      { line: 1, file: "src/app.ts", text: "// src/app.ts\nexport {};\n" },
      {
        line: 6,
        commands: [
          { text: "ls", output: "src" },
          { text: "pwd", output: "" },
        ],
      },
      { line: 12, terminal: "read" },
    ]);
  });

  it("leave nobody to guess which file is meant", () => {
    expect(() => stepsOf("```ts\nexport {};\n```\n")).toThrow("line 1: which file is this?");
  });
});
