// One process of `waymark run --workers`: the primary owns the port and hands out its connections.
import { isPlaceless } from "./describe-error.ts";
import { type Hosted, host, type HostOptions } from "./host.ts";
import { report } from "./report.ts";
import { type Ready, RETIRE, STOP } from "./worker-messages.ts";

/** Milliseconds for which a retiring worker asks its clients to come back on a new connection before it closes theirs. */
const RETIREMENT = 1000;

let hosted: Hosted | undefined;
/** Heeds the primary. Where that is gone, Node ends this process by itself. */
process.on("message", (message) => {
  if (message === STOP) end(hosted?.close());
  else if (message === RETIRE) end(hosted?.close({ drainTime: RETIREMENT, handover: true }));
});

function end(closing: Promise<void> = Promise.resolve()): void {
  void closing.finally(() => process.exit());
}

// A terminal sends it to every process of the group; a worker is restarted by the primary alone.
process.on("SIGHUP", () => undefined);
try {
  hosted = await host(JSON.parse(process.argv[2] ?? "") as HostOptions);
  const ready: Ready = { type: "ready", url: hosted.url, docs: hosted.docs };
  process.send?.(ready);
} catch (error) {
  if (isPlaceless(error)) throw error;
  report(error);
  process.exit(1);
}
