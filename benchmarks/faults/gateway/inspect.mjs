// Loaded into a process before its own code (--import): answers over the channel how that process is.
import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

let delay;
const answers = {
  state() {
    globalThis.gc?.();
    const resources = {};
    for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
    return {
      memory: process.memoryUsage(),
      resources,
      descriptors: readdirSync("/proc/self/fd").length - 1,
    };
  },
  watch() {
    delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
  },
  delay() {
    delay.disable();
    const [median, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max].map((ns) => ns / 1e6);
    return { median, p99, max };
  },
};
process.on("message", ({ id, what }) => {
  if (what in answers) process.send({ id, answer: answers[what]() ?? null });
});
// The channel alone must not keep the process. Without whoever started it there is nothing to do.
process.channel?.unref();
process.on("disconnect", () => process.exit());
