import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("http2-collected.fixture.mjs", import.meta.url));

test("an upstream's field block without end does not end the process when its connection is collected", async () => {
  const child = spawn(process.execPath, ["--expose-gc", PROGRAM]);
  const [[code, signal], said] = await Promise.all([once(child, "close"), text(child.stderr)]);
  expect({ code, signal, said }).toEqual({ code: 0, signal: null, said: "" });
});
