// Vitest's global setup. Tests of the command line run what a user would install, so dist has to be fresh; browser tests
// are skipped where CHROMIUM is empty.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "./chromium.mjs";
import { bin, root } from "./install.mjs";

export default function setUp() {
  process.env.CHROMIUM = findChromium() ?? "";
  if (process.env.WAYMARK_TEST_BUILD !== "off") build();
}

/** Compiles what changed, and deletes what has no source any more. Throws where something does not compile. */
export function build() {
  execFileSync(process.execPath, [bin("typescript", "tsc"), "-b"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  for (const name of ["waymark", "gateway"]) prune(join(root, "packages", name));
}

/** The compiler leaves the output of a source that was deleted or renamed, and it would be published. */
function prune(folder) {
  for (const entry of readdirSync(join(folder, "dist"), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const output = join(entry.parentPath, entry.name);
    const source = output
      .replace(join(folder, "dist"), join(folder, "src"))
      .replace(/(\.d\.ts|\.js)(\.map)?$/, ".ts");
    if (!existsSync(source) || /\.(test|test-d|fixture)\.ts$/.test(source)) rmSync(output);
  }
}
