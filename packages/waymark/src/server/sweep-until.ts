/** Milliseconds between two looks: how much longer a stop may take. */
const PAUSE = 50;

/**
 * Ends connections that become idle while a server closes. A reply that began before has promised to keep its connection,
 * which would otherwise stay open until its client leaves or the time is over.
 */
export async function sweepUntil(closed: Promise<void>, endIdle: () => void): Promise<void> {
  const timer = setInterval(endIdle, PAUSE);
  try {
    await closed;
  } finally {
    clearInterval(timer);
  }
}
