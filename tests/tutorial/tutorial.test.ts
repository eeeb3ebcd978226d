// The tutorial followed word by word, as somebody does who has Node, npm and curl: from an empty folder, with what npm would
// publish. Two things are ours: the port, which has to be free, and the versions of packages, which must not move under a test.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../packages/waymark/src/testing/free-port.fixture.ts";
import { find } from "../clients/program.ts";
import { compilers, typeErrors } from "../package/compilers.ts";
import { pack } from "../package/pack.ts";
import { registryAnswers } from "../package/registry.ts";
import { fits, stepsOf } from "./page.ts";
import { Reader } from "./reader.ts";

const root = join(import.meta.dirname, "../..");
const pages = readdirSync(join(root, "docs/tutorial"))
  .filter((name) => /^\d\d-/.test(name))
  .toSorted();

const canFollow =
  process.platform !== "win32" &&
  find("curl") !== undefined &&
  find("bash") !== undefined &&
  (await registryAnswers());

describe.skipIf(!canFollow)("the tutorial", { timeout: 300_000 }, () => {
  let home: string;
  let reader: Reader;
  /** Who did not get through a page cannot follow the next one. */
  let stuck: string | undefined;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "waymark-tutorial-"));
    const packages = new Map([["waymark", await pack(home)], ...pinned()]);
    reader = new Reader({ home, project: "bookshelf", port: await freePort(), packages });
  }, 60_000);
  afterAll(async () => {
    await reader?.leave();
    rmSync(home, { recursive: true, force: true });
  });

  it.each(pages)("%s", async (name) => {
    expect(stuck, "the page where it went wrong").toBeUndefined();
    stuck = name;
    for (const step of stepsOf(readFileSync(join(root, "docs/tutorial", name), "utf8"))) {
      if ("file" in step) {
        await reader.write(step.file, step.text);
        continue;
      }
      if ("terminal" in step) {
        expect(reader.read(), `${name}, line ${step.line}`).toContain(step.terminal);
        continue;
      }
      const seen = await reader.type(step.commands);
      for (const [index, { text, output }] of step.commands.entries()) {
        const what = `${name}, line ${step.line}: ${text}`;
        const { code, output: printed } = seen[index]!;
        if (!fits(printed, output)) expect(printed, what).toBe(output);
        expect(code, what).toBe(0);
      }
    }
    stuck = undefined;
  });

  it.each(compilers.filter(({ resolution }) => resolution === "nodenext"))(
    "leaves types that hold for TypeScript $version",
    async (compiler) => {
      expect(await typeErrors(compiler, reader.folder)).toBe("");
    },
  );
});

/** The versions that this repository is tested with. */
function pinned(): [string, string][] {
  const versions = ["package.json", "packages/waymark/package.json"].flatMap((name) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(
      readFileSync(join(root, name), "utf8"),
    ) as {
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    return [...Object.entries(dependencies), ...Object.entries(devDependencies)];
  });
  return versions.map(([name, version]) => [name, `${name}@${version}`]);
}
