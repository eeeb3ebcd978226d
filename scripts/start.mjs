// npm start: installs, builds, and serves the catalogue example with its docs, restarting on save.
// What follows `--` goes to `waymark dev`: npm start -- --port 9000, npm start -- examples/search-and-find/app.ts
import { spawn } from "node:child_process";
import { checkNode, install, root } from "./install.mjs";

checkNode();
if (!install()) process.exit(1);

console.log("Building …");
const { build } = await import("./build.mjs");
try {
  build();
} catch {
  console.error("\nThe build failed: see above.");
  process.exit(1);
}

const given = process.argv.slice(2);
const file = given.some((word) => /\.[cm]?[jt]sx?$/.test(word)) ? [] : ["examples/catalogue/app.ts"];
const child = spawn(process.execPath, ["packages/waymark/bin/waymark.js", "dev", ...file, ...given], {
  cwd: root,
  stdio: "inherit",
});
// Ctrl-C reaches the whole group: this process waits until the application has closed. A signal to this one is passed on.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code) => process.exit(code ?? 1));
