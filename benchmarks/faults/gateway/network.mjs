// Machines of their own on one: a network namespace each, behind a router that can lose all packets to and from one of them
// without a word to anybody, as a cable does that is pulled. Needs `ip` and the right to make namespaces (root).
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

const INSIDE = "WAYMARK_FAULTS_NETWORK";

/** Whether this process is in a network of its own already. */
export const isInside = process.env[INSIDE] !== undefined;

/** Runs this very command again in a network of its own, which is gone with it; gives its exit code. */
export function againInside() {
  const [node, ...args] = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const own = ["--net", "--mount", "--propagation", "private"];
  const { status, error } = spawnSync("unshare", [...own, node, ...args], {
    stdio: "inherit",
    env: { ...process.env, [INSIDE]: "1" },
  });
  if (error !== undefined) throw error;
  return status;
}

const ip = (...args) => execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });

/** One machine for each name, all of them behind a router. */
export function makeNetwork(names) {
  // Names of namespaces are kept in a folder that is everybody's.
  execFileSync("mount", ["-t", "tmpfs", "none", "/run"]);
  mkdirSync("/run/netns");
  ip("link", "set", "lo", "up");
  ip("netns", "add", "router");
  const join = (name, number) => {
    const [here, there] = [`to-${name}`, "to-router"];
    const own = name === undefined ? [] : ["-n", name];
    const [inside, outside] = name === undefined ? ["to-router", "to-gateway"] : [there, here];
    if (name !== undefined) ip("netns", "add", name);
    ip("-n", "router", "link", "add", outside, "type", "veth", "peer", "name", "peer");
    ip("-n", "router", "link", "set", "peer", "netns", name ?? String(process.pid), "name", inside);
    ip("-n", "router", "addr", "add", `10.77.${number}.2/24`, "dev", outside);
    ip("-n", "router", "link", "set", outside, "up");
    ip(...own, "addr", "add", `10.77.${number}.1/24`, "dev", inside);
    ip(...own, "link", "set", inside, "up");
    ip(...own, "link", "set", "lo", "up");
    ip(...own, "route", "add", "default", "via", `10.77.${number}.2`);
  };
  join(undefined, 0);
  for (const [i, name] of names.entries()) join(name, i + 1);
  execFileSync("ip", ["netns", "exec", "router", "sysctl", "-qw", "net.ipv4.ip_forward=1"]);
  const addressOf = (name) => `10.77.${names.indexOf(name) + 1}.1`;
  const rules = (verb, name) => {
    for (const direction of ["from", "to"])
      ip("-n", "router", "rule", verb, direction, addressOf(name), "priority", "10", "blackhole");
  };
  return {
    addressOf,
    /** A command that runs what follows it on that machine. */
    on: (name) => ["ip", "netns", "exec", name],
    cut: (name) => rules("add", name),
    heal: (name) => rules("del", name),
  };
}
