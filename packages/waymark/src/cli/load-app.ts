import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type CliApp, isApp } from "./cli-app.ts";
import { CliError } from "./cli-error.ts";

/** What evaluating the application's module gave. */
export interface LoadedModule {
  readonly app: CliApp | undefined;
  /** Names under which the module exports an app, for a hint. */
  readonly exported: readonly string[];
}

/**
 * Evaluates the module and finds the app that it exports: under `exportName` when given, else as `default`, else as `app`.
 *
 * TypeScript runs by tsx on every Node, also where Node strips types itself: one behaviour, and the whole language.
 * Throws whatever the module throws.
 */
export async function loadModule(
  file: string,
  exportName: string | undefined,
  onImport?: (path: string) => void,
): Promise<LoadedModule> {
  if (/\.[cm]?tsx?$/.test(file)) await registerTypeScript(onImport);
  const exports = exportsOf(await import(pathToFileURL(file).href));
  const exported = Object.keys(exports).filter((name) => isApp(exports[name]));
  const names = exportName === undefined ? ["default", "app"] : [exportName];
  return { app: names.map((name) => exports[name]).find(isApp), exported };
}

/** The module's app. Throws `CliError` when it exports none. */
export async function loadApp(file: string, exportName: string | undefined): Promise<CliApp> {
  const { app, exported } = await loadModule(file, exportName);
  if (app === undefined) throw noApp(file, exportName, exported);
  return app;
}

export function noApp(file: string, exportName: string | undefined, exported: readonly string[]): CliError {
  const what = exportName === undefined ? "a default export, or one named app," : `an export ${exportName}`;
  const others = exported.filter((name) => name !== exportName);
  return new CliError(
    `${basename(file)} does not have ${what} made by new App().`,
    others.length === 0
      ? "Write `export default app;`, or let it call serve(app)."
      : `It exports ${others.length === 1 ? "an app" : "apps"} as ${others.join(", ")}: --export ${others[0]}`,
  );
}

/** A module that was compiled to CommonJS comes with all its exports inside `default`. */
function exportsOf(module: Record<string, unknown>): Record<string, unknown> {
  const { default: whole } = module;
  return typeof whole === "object" && whole !== null && !isApp(whole) ? { ...module, ...whole } : module;
}

/** Both halves: a project whose package.json does not say "type": "module" is compiled to CommonJS. */
async function registerTypeScript(onImport: ((path: string) => void) | undefined): Promise<void> {
  const [{ register: registerCommonJs }, { register }] = await Promise.all([
    import("tsx/cjs/api"),
    import("tsx/esm/api"),
  ]);
  registerCommonJs();
  if (onImport === undefined) register();
  else register({ onImport: (url) => url.startsWith("file:") && onImport(fileURLToPath(url)) });
}
