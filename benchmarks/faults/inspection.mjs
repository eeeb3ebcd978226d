// How a process is: answered over the channel to whoever started it.
import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

/** What stays after a collection, where the process was started with --expose-gc. */
export function processState() {
  globalThis.gc?.();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return {
    memory: process.memoryUsage(),
    resources,
    descriptors: readdirSync("/proc/self/fd").length - 1,
  };
}

/** The answers `watch` and `delay`: what the event loop was late by in between, looked at every `resolution` milliseconds. */
export function loopDelay(resolution) {
  let delay;
  return {
    watch() {
      delay = monitorEventLoopDelay({ resolution });
      delay.enable();
    },
    delay() {
      delay.disable();
      const [median, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max].map(
        (ns) => ns / 1e6,
      );
      return { median, p99, max };
    },
  };
}

/** Answers each question that is a name in `answers`; others are for whoever else listens. */
export function answering(answers) {
  process.on("message", ({ id, what }) => {
    if (what in answers) process.send({ id, answer: answers[what]() ?? null });
  });
}

/** The channel alone must not keep the process: a stop has to end it. Without whoever started it there is nothing to do. */
export function leaveWithParent() {
  process.channel?.unref();
  process.on("disconnect", () => process.exit());
}
