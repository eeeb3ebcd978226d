// The hostile requests of the corpus, sent to the fast lane on Bun: rare ones are read by Bun's own parser there.
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, it } from "vitest";
import { casesOfNode, expectAllAccepted, hostile } from "../hostile/corpus.ts";
import { runtimes } from "./runtimes.ts";

const bun = (await runtimes()).find(({ name }) => name.startsWith("Bun"))!;
const rows = hostile();

describe.skipIf(bun.command === undefined)("on Bun", () => {
  let child: ChildProcess;
  let port: number;
  beforeAll(async () => {
    const [binary] = bun.command!;
    child = spawn(binary, [fileURLToPath(new URL("hostile-target.ts", import.meta.url))], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface(child.stdout!)) {
      port = Number(/listening on (\d+)/.exec(line)?.[1]);
      if (port > 0) break;
    }
  });
  afterAll(() => child.kill());

  const classes = [...new Set(rows.map((row) => row.class))];
  it.each(classes)("refuses or reads rightly: %s", { timeout: 60_000 }, async (name) => {
    await expectAllAccepted(
      port,
      rows.filter((row) => row.class === name),
    );
  });
  it("reads as Node's own parser does, or more strictly", { timeout: 60_000 }, async () => {
    await expectAllAccepted(port, casesOfNode());
  });
});
