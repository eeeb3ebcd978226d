const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * Milliseconds in which further signals are the same wish. One Ctrl-C arrives more than once: a terminal sends it to every process
 * of the group, and npm and `waymark dev` pass it on to those that they have started.
 */
const ONE_WISH = 500;

/**
 * Ends the process in order at the first SIGTERM or SIGINT: `close`, then exit code 0 (1 when it fails). A second wish
 * ends it at once. Returns a function that forgets about it.
 */
export function onStopSignal(close: () => Promise<void>): () => void {
  return onStopWish(
    () =>
      void close().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      ),
    (signal) => process.exit(signal === "SIGINT" ? 130 : 143),
  );
}

/** Tells the first wish to stop from those that lose patience. Returns a function that forgets about both. */
export function onStopWish(first: () => void, another: (signal: NodeJS.Signals) => void): () => void {
  let since: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (since === undefined) {
      since = performance.now();
      first();
    } else if (performance.now() - since > ONE_WISH) another(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}
