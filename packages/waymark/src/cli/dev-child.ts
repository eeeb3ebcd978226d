// The process that `waymark dev` starts and restarts: one load of the user's code.
import { ListenError } from "./address.ts";
import { isPlaceless } from "./describe-error.ts";
import { type DevChildMessage, type DevChildOptions, STOP } from "./dev-messages.ts";
import { host } from "./host.ts";
import { report } from "./report.ts";

/** Resolves once it is on its way: a process that exits before loses it. */
function tell(message: DevChildMessage): Promise<void> {
  return new Promise((sent) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => sent());
    else sent();
  });
}

function isInstalled(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}

try {
  const options = JSON.parse(process.argv[2] ?? "") as DevChildOptions;
  const hosted = await host(options, (path) => {
    if (!isInstalled(path)) void tell({ type: "imported", path });
  });
  // SIGTERM and SIGINT are heeded by the server itself.
  const stop = (): void => void hosted.close().finally(() => process.exit());
  process.on("message", (message) => {
    if (message === STOP) stop();
  });
  // The parent was killed: an orphan would hold the port.
  if (process.connected) process.on("disconnect", stop);
  else stop();
  // Listening to the parent is no reason to live on.
  process.channel?.unref();
  await tell({ type: "ready", url: hosted.url, docs: hosted.docs, own: hosted.own });
} catch (error) {
  await tell({ type: "failed", hopeless: error instanceof ListenError });
  if (isPlaceless(error)) throw error;
  report(error);
  process.exit(1);
}
