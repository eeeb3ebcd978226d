// Vitest's global setup. Tests of the command line run what a user would install, so dist has to be fresh; browser tests
// are skipped where CHROMIUM is empty.
import { execFileSync } from "node:child_process";
import { findChromium } from "./chromium.mjs";
import { bin, root } from "./install.mjs";

export default function setUp() {
  process.env.CHROMIUM = findChromium() ?? "";
  if (process.env.WAYMARK_TEST_BUILD !== "off") build();
}

/** Compiles what changed. Throws where something does not compile. */
export function build() {
  execFileSync(process.execPath, [bin("typescript", "tsc"), "-b"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
}
