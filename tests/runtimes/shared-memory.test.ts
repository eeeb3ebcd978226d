// What the fast lane on Bun relies on: a socket has taken or copied what it was given when `write` returns.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { TEST_CERTIFICATE } from "../../packages/waymark/src/server/certificate.fixture.ts";
import { runtimes } from "./runtimes.ts";

const program = fileURLToPath(new URL("shared-memory.mjs", import.meta.url));
const bun = (await runtimes()).find(({ name }) => name.startsWith("Bun"))!.command;
const { cert, key } = TEST_CERTIFICATE;

describe.skipIf(bun === undefined)("Bun", { timeout: 60_000 }, () => {
  test.each([
    ["a socket", {}],
    ["TLS", { CERT: cert, KEY: key }],
  ])("over %s sends what was written, whatever the memory holds by then", async (_, more) => {
    const { stdout } = await promisify(execFile)(bun![0], [...bun!.slice(1), program], {
      env: { ...process.env, ...more },
    });
    expect(JSON.parse(stdout)).toEqual({ came: 30_000_000, wrong: 0 });
  });
});
