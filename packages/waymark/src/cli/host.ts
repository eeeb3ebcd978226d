import { serve, type StopOptions } from "../server/serve.ts";
import { type Address, asListenError } from "./address.ts";
import type { DocsPaths } from "../docs/settings.ts";
import type { CliApp } from "./cli-app.ts";
import { loadModule, noApp } from "./load-app.ts";
import { report } from "./report.ts";
import { watchServeCalls } from "./serve-calls.ts";

export interface HostOptions extends Address {
  /** Absolute path of the module. */
  readonly file: string;
  readonly exportName: string | undefined;
  /** Milliseconds that requests in flight get at a stop; the server's own default when absent. */
  readonly shutdownTimeout?: number;
}

/** An application that answers requests. */
export interface Hosted {
  readonly url: string;
  readonly docs: DocsPaths;
  /** The module called `serve` itself: port and host are its own. */
  readonly own: boolean;
  close(options?: StopOptions): Promise<void>;
}

/** After this a module that neither exports an app nor calls `serve` is told so; it may still do it. */
const PATIENCE_MILLISECONDS = 1000;

/**
 * Loads the module and serves its app, or takes over the server that the module starts itself by calling `serve`.
 * Throws what the module, the app's start or the listening throws.
 */
export async function host(options: HostOptions, onImport?: (path: string) => void): Promise<Hosted> {
  const calls = watchServeCalls();
  const loaded = await loadModule(options.file, options.exportName, onImport);
  if (calls.first === undefined && loaded.app !== undefined) return serveHere(loaded.app, options);
  const failure = noApp(options.file, options.exportName, loaded);
  // A module that connects somewhere first may call serve later; one that only forgot its export must not wait in silence.
  const impatience = setTimeout(report, PATIENCE_MILLISECONDS, failure).unref();
  // A parent to listen to is no reason to go on waiting; it is one to go on serving.
  process.channel?.unref();
  const call = await calls.next(failure);
  process.channel?.ref();
  clearTimeout(impatience);
  const server = await call.server;
  return { url: server.url, docs: call.app.docs ?? {}, own: true, close: (how) => server.close(how) };
}

async function serveHere(
  app: CliApp,
  { port, host, rootPath, shutdownTimeout }: HostOptions,
): Promise<Hosted> {
  try {
    const server = await serve(app, {
      port,
      host,
      ...(rootPath === undefined ? {} : { rootPath }),
      ...(shutdownTimeout === undefined ? {} : { shutdownTimeout }),
    });
    return { url: server.url, docs: app.docs, own: false, close: (how) => server.close(how) };
  } catch (error) {
    throw asListenError(error, { port, host });
  }
}
