import type { Layout } from "./phases.ts";
import { nameOf } from "./phases.ts";
import type { Run } from "./run.ts";
import type { PlanSettings } from "./settings.ts";

/** Gives a run its values: those that are the same for every request are there already. */
export function compileValues(layout: Layout, settings: PlanSettings): (run: Run) => void {
  const { fixed, requestSlot, responseSlot } = layout;
  if (fixed.length === 0) return () => {};
  let template: readonly unknown[] | undefined;
  return (run) => {
    const values = (template ??= withAppScope(layout, settings)).slice();
    if (requestSlot !== undefined) values[requestSlot] = run.request;
    if (responseSlot !== undefined) values[responseSlot] = run.response;
    run.values = values;
  };
}

/** Looked up at the first request and not before: plans may be compiled while the application is still starting. */
function withAppScope({ fixed, appScope }: Layout, { appValues }: PlanSettings): unknown[] {
  const values = [...fixed];
  for (const { dependency, slot } of appScope) {
    if (!appValues.has(dependency))
      throw new Error(`the app-scope dependency ${nameOf(dependency)} has not been started`);
    values[slot] = appValues.get(dependency);
  }
  return values;
}
