import { Exchange } from "../http/exchange.ts";
import type { Route, Source } from "../routing/route.ts";
import { Frame } from "./frame.ts";
import { closeAll, closeEarly, throwIntoAll } from "./generators.ts";
import { inputsObject } from "./inputs-object.ts";
import { layOut } from "./phases.ts";
import { runPhase } from "./run-phase.ts";
import { Run } from "./run.ts";
import type { PlanSettings } from "./settings.ts";
import { compileValues } from "./values.ts";

/**
 * Runs a function with what dependencies give, without a request: they are set up, and cleaned up when it is done, as for a
 * request. Rejects with what the function or a dependency throws; a clean-up that fails after it is logged.
 */
export async function runOutsideRequest(
  route: Route,
  settings: PlanSettings,
  work: (values: any) => unknown,
): Promise<unknown> {
  checkSources(route.sources, []);
  const layout = layOut(route);
  const run = new Run(new NoExchange(), [], new Frame(settings, []));
  let result: unknown;
  try {
    compileValues(layout, settings)(run);
    // Each phase uses what those before it gave.
    for (const phase of layout.phases) await runPhase(run, phase);
    result = await work(inputsObject(layout.endpoint, run.values));
    await closeEarly(run);
  } catch (error) {
    run.failure = error;
    await throwIntoAll(run);
    throw run.failure;
  }
  await closeAll(run);
  return result;
}

/** Throws a `TypeError` for what only a request has. */
function checkSources(sources: ReadonlyMap<string, Source>, within: readonly string[]): void {
  for (const [key, source] of sources) {
    if (source.from === "constant") continue;
    const path = [...within, key];
    if (source.from !== "dependency")
      throw new TypeError(
        `run: ${path.map((each) => `'${each}'`).join(" uses ")}, which is read from ${nameOf(source.from)}, and there is no request: override that dependency, or give the function another one`,
      );
    checkSources(source.use.sources, path);
  }
}

function nameOf(from: Source["from"]): string {
  return from === "credential"
    ? "a credential"
    : from === "request" || from === "response"
      ? `the ${from}`
      : `the ${from} of a request`;
}

/** A request that nobody has sent. */
class NoExchange extends Exchange {
  readonly method = "";
  readonly path = "/";
  readonly search = "";
  readonly scheme = "http";
  readonly remoteAddress: undefined = undefined;
  readonly hasBody = false;

  header(): undefined {
    return undefined;
  }
  headers(): [string, string][] {
    return [];
  }
  protected readBody(): Uint8Array {
    return new Uint8Array();
  }
  protected async *readStream(): AsyncGenerator<Uint8Array> {
    // Nothing was sent.
  }
  end(): void {}
}
