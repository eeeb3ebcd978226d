const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * Ends the process in order at the first SIGTERM or SIGINT: `close`, then exit code 0 (1 when it fails). A second signal
 * ends it at once. Returns a function that forgets about it.
 */
export function onStopSignal(close: () => Promise<void>): () => void {
  let stopping = false;
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(signal === "SIGINT" ? 130 : 143);
    stopping = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return forget;
}
