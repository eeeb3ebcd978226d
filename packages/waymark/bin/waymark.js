#!/usr/bin/env node
import process from "node:process";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `waymark needs Node 20.19 or newer; this is ${process.version} (${process.execPath})\n`,
  );
  process.exit(1);
}
const { runCommandLine } = await import("../dist/cli/main.js");
await runCommandLine(process.argv.slice(2));
