import type { TestedApp } from "./test-client.ts";

export interface Retained {
  /** Stops the application unless somebody else still has it. */
  release(): Promise<void>;
}

interface Holding {
  count: number;
  /** It was started for its clients: it stops with the last of them. What was running goes on running. */
  readonly isOurs: boolean;
}

const holdings = new WeakMap<TestedApp, Holding>();

/** Starts an application for whoever tests it. */
export async function retain(app: TestedApp): Promise<Retained> {
  const holding = holdings.get(app) ?? { count: 0, isOurs: app["~seals"] === 0 };
  holdings.set(app, holding);
  holding.count++;
  let isReleased = false;
  const release = async (): Promise<void> => {
    if (isReleased) return;
    isReleased = true;
    holding.count--;
    if (holding.count > 0) return;
    holdings.delete(app);
    if (!holding.isOurs) return;
    app.endStreams();
    await app.stop();
  };
  try {
    await app["~prepare"]();
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}
