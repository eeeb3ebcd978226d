// npm test: installs, then every check, each with its output. The last line is `N passed, N failed`.
//
// NODES="22.23.3 24.21.0" runs the tests on those versions of Node too, each a binary from the npm registry.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { bin, checkNode, install, npm, root } from "./install.mjs";
import { installPrograms } from "./programs.mjs";

checkNode();
const cache = `${root}node_modules/.cache/waymark`;
const count = { passed: 0, failed: 0, skipped: 0 };

if (install()) {
  const missing = installPrograms();
  if (missing.length > 0)
    console.log(
      `\nWithout ${missing.join(", ")}: the tests that use them are skipped. CHROMIUM says where a browser is.`,
    );
  mkdirSync(cache, { recursive: true });
  check("oxfmt", bin("oxfmt"), "--check");
  check("oxlint", bin("oxlint"), "--type-aware");
  check("tsc", bin("typescript", "tsc"), "-b", "tsconfig.json", "tsconfig.check.json");
  for (const name of ["waymark", "gateway"]) check("publint", bin("publint"), "--strict", `packages/${name}`);
  tests(process.execPath, []);
  for (const version of (process.env.NODES ?? "").split(/[\s,]+/).filter(Boolean)) testsOn(version);
} else count.failed++;

if (count.skipped > 0)
  console.log(`\n${count.skipped} skipped: what this machine or this Node does not have`);
console.log(`\n${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 ? 0 : 1;

/** One check that passes or fails as a whole. */
function check(name, script, ...args) {
  count[run(process.execPath, name, script, args) ? "passed" : "failed"]++;
}

function run(node, name, script, args) {
  console.log(`\n$ ${[name, ...args].join(" ")}`);
  const { status, error } = spawnSync(node, [script, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, REDOCLY_TELEMETRY: "off" },
  });
  if (error !== undefined) console.error(error.message);
  return status === 0;
}

/** Types do not depend on the Node that runs: they are tested once. */
function testsOn(version) {
  console.log(`\nNode ${version}`);
  const node = nodeBinary(version);
  if (node === undefined) count.failed++;
  else tests(node, ["--typecheck.enabled=false"]);
}

function tests(node, options) {
  const file = `${cache}/vitest.json`;
  writeFileSync(file, "{}");
  const args = ["run", ...options, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const ok = run(node, "vitest", bin("vitest"), args);
  const {
    numPassedTests = 0,
    numPendingTests = 0,
    numTodoTests = 0,
    testResults = [],
  } = JSON.parse(readFileSync(file, "utf8"));
  const failed = testResults.reduce((sum, result) => sum + failuresOf(result), 0);
  count.passed += numPassedTests;
  count.skipped += numPendingTests + numTodoTests;
  // A crash, an error outside of any test: vitest fails though no test did.
  count.failed += ok ? failed : Math.max(failed, 1);
}

/** A file that could not be run at all is one failure. */
function failuresOf({ status, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === "failed").length;
  return status === "failed" ? Math.max(failed, 1) : failed;
}

function nodeBinary(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = `${cache}/node-${version}`;
  const binary = `${folder}/node_modules/${name}/bin/node`;
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/package.json`, "{}");
    npm(
      "install",
      "--prefix",
      folder,
      "--no-save",
      "--no-package-lock",
      "--loglevel=error",
      `${name}@${version}`,
    );
  }
  return existsSync(binary) ? binary : undefined;
}
