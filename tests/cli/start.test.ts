// What `npm start` leaves behind when it is ended otherwise than by Ctrl-C: nothing.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { Project } from "./project.ts";

const runBelow = new URL("../../scripts/run-below.mjs", import.meta.url).href;
const SERVER = `
  process.on("SIGTERM", () => { console.log("closed in order"); process.exit(0); });
  setInterval(() => undefined, 1000);
  console.log("pids", process.pid, process.ppid);
`;

describe.skipIf(process.platform === "win32")("npm start", { timeout: 60_000 }, () => {
  it.each([
    ["SIGTERM for npm, which its shell gets", "SIGTERM", "shell"],
    ["SIGKILL for npm's shell", "SIGKILL", "shell"],
    ["SIGTERM for the script", "SIGTERM", "script"],
    ["SIGKILL for the script", "SIGKILL", "script"],
  ] as const)("ends with all that it has started: %s", async (_, signal, whom) => {
    const project = new Project({
      "server.mjs": SERVER,
      "start.mjs": `import { runBelow } from "${runBelow}";\nrunBelow(process.argv[2], []);`,
    });
    const shell = startIn(project.folder);
    const said = await untilSaid(shell, /pids \d+ \d+\n/);
    const [, server, script] = /pids (\d+) (\d+)/.exec(said.text)!.map(Number);
    onTestFinished(() => [server!, script!].forEach(kill));
    if (whom === "shell") shell.kill(signal);
    else process.kill(script!, signal);
    // Its output closes when the last process that writes to it has ended.
    await once(shell, "close");
    expect(said.text).toContain("closed in order\n");
  });
});

/** As npm does it: a shell that waits for the script. */
function startIn(folder: string): ChildProcess {
  const line = `"${process.execPath}" start.mjs "${folder}/server.mjs"; exit $?`;
  return spawn("sh", ["-c", line], {
    cwd: folder,
    env: { ...process.env, npm_lifecycle_event: "start" },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function untilSaid(child: ChildProcess, pattern: RegExp): Promise<{ text: string }> {
  const said = { text: "" };
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (said.text += text));
  while (!pattern.test(said.text)) await once(child.stdout!, "data");
  return said;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone, as it should be.
  }
}
