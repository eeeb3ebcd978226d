import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Project } from "./project.ts";

const { version } = JSON.parse(
  readFileSync(new URL("../../packages/waymark/package.json", import.meta.url), "utf8"),
) as { version: string };

describe("waymark", { timeout: 30_000 }, () => {
  it.each([
    [["--help"], /^Usage: waymark <command>[^]*\n {2}dev [^]*\n {2}run [^]*\n {2}routes [^]*\n {2}openapi /],
    [["help", "dev"], /^Usage: waymark dev \[file\]/],
    [["dev", "--help"], /^Usage: waymark dev \[file\][^]*--port <number>[^]*--host <name>/],
    [["run", "-h"], /^Usage: waymark run/],
    [["routes", "--help"], /--json/],
    [["openapi", "--help"], /-o, --out <file>/],
    [["diff", "--help"], /^Usage: waymark diff <old> <new> \[options\][^]*--fail-on <kind>/],
    [["--version"], new RegExp(`^${version}\n$`)],
  ])("answers %j", async (args, pattern) => {
    const { code, stdout, stderr } = await new Project({}).waymark(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(pattern);
  });

  it.each([
    [[], 2, "waymark needs a command."],
    [["rnu"], 2, "waymark has no command rnu.\n  Did you mean run?"],
    [["--json"], 2, "waymark has no option --json."],
    [["dev", "--prot", "9"], 2, "waymark dev has no option --prot.\n  Did you mean --port?"],
    [["run", "--port", "http"], 2, '--port "http" is not a port.'],
    [["routes", "a.ts", "b.ts"], 2, "waymark routes takes one file, not a.ts and b.ts."],
    [["routes"], 1, "No application in "],
    [["routes", "nope.ts"], 1, "There is no file nope.ts in "],
  ])("refuses %j with exit code %i", async (args, code, message) => {
    const project = new Project({});
    if (args.includes("--port")) project.write("app.js", "");
    const finished = await project.waymark(...args);
    expect(finished.stderr).toContain(`error: ${message}`);
    expect(finished).toMatchObject({ code, stdout: "" });
  });
});
