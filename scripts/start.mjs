// npm start: installs, builds, and serves two services behind one gateway, with the docs of both; changes are taken on save.
// What follows `--` goes on: npm start -- --port 9000. A file of code goes to `waymark dev` instead, which restarts on save:
// npm start -- examples/search-and-find/app.ts --port 9000
import { checkNode, install } from "./install.mjs";
import { runBelow } from "./run-below.mjs";

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
const names = (pattern) => given.some((word) => pattern.test(word));
const command = names(/\.[cm]?[jt]sx?$/)
  ? ["dev"]
  : names(/\.(ya?ml|json)$/)
    ? ["gateway"]
    : ["gateway", "examples/behind-a-gateway/gateway.yaml"];
runBelow("packages/waymark/bin/waymark.js", [...command, ...given]);
