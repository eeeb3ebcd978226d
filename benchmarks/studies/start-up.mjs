// From the start of the process to the first right answer, with 500 routes: node benchmarks/studies/start-up.mjs [rounds]
import { spawn } from "node:child_process";
import { BENCHMARKS, commandOf, missing, SERVERS } from "../lib/servers.mjs";
import { freePort, pinned, startServer } from "../lib/process.mjs";
import { summary } from "../lib/statistics.mjs";
import { fixed, table } from "../lib/table.mjs";
import { request } from "node:http";

const rounds = Number(process.argv[2] ?? 7);
const PATH = "/section-499/items/42";
const servers = SERVERS.filter((server) => server.workloads.includes("W5") && missing(server) === undefined);
const times = new Map(servers.map((server) => [server, []]));
for (let round = 0; round < rounds; round++)
  for (const server of servers) times.get(server).push(await firstAnswer(server));

const rows = [];
for (const [server, all] of times) {
  const one = await startServer(server, "sections");
  const { median, min, max } = summary(all);
  rows.push([server.name, `${fixed(median, 0)} (${fixed(min, 0)}–${fixed(max, 0)})`, fixed(one.rss(), 0)]);
  await one.stop();
}
console.log(table(["500 routes", "ms to the first answer (min–max)", "RSS MB, idle"], rows));

async function firstAnswer(server) {
  const port = await freePort();
  const [command, ...args] = pinned(0, commandOf(server, port, "sections"));
  const start = process.hrtime.bigint();
  const child = spawn(command, args, {
    cwd: BENCHMARKS,
    env: { ...process.env, NODE_ENV: "production" },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${server.name} ended`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const time = Number(process.hrtime.bigint() - start) / 1e6;
  child.kill("SIGKILL");
  await ended;
  return time;
}

function answers(port) {
  return new Promise((resolve) => {
    const question = request({ port, host: "127.0.0.1", path: PATH, agent: false }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode === 200));
    });
    question.once("error", () => resolve(false));
    question.end();
  });
}
