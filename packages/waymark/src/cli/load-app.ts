import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type CliApp, isApp } from "./cli-app.ts";
import { CliError } from "./cli-error.ts";
import { kindOf } from "../routing/kind.ts";

/** What evaluating the application's module gave. */
export interface LoadedModule {
  readonly app: CliApp | undefined;
  /** Names under which the module exports an app, for a hint. */
  readonly exported: readonly string[];
  /** What stands where the app should: in a sentence. Undefined where nothing does. */
  readonly instead: string | undefined;
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
  const exports = await importExports(file, onImport === undefined ? {} : { onImport });
  const exported = Object.keys(exports).filter((name) => isApp(exports[name]));
  const names = exportName === undefined ? ["default", "app"] : [exportName];
  const instead = names.find((name) => exports[name] !== undefined);
  return {
    app: names.map((name) => exports[name]).find(isApp),
    exported,
    instead: instead === undefined ? undefined : `Its export ${instead} is ${whatIs(exports[instead])}. `,
  };
}

/** The module's app. Throws `CliError` when it exports none. */
export async function loadApp(file: string, exportName: string | undefined): Promise<CliApp> {
  const loaded = await loadModule(file, exportName);
  if (loaded.app === undefined) throw noApp(file, exportName, loaded);
  return loaded.app;
}

export function noApp(
  file: string,
  exportName: string | undefined,
  { exported, instead = "" }: Pick<LoadedModule, "exported" | "instead">,
): CliError {
  const what = exportName === undefined ? "a default export, or one named app," : `an export ${exportName}`;
  const others = exported.filter((name) => name !== exportName);
  return new CliError(
    `${basename(file)} does not have ${what} made by new App().`,
    others.length === 0
      ? `${instead}Write \`export default app;\`, or let it call serve(app).`
      : `It exports ${others.length === 1 ? "an app" : "apps"} as ${others.join(", ")}: --export ${others[0]}`,
  );
}

function whatIs(value: unknown): string {
  if (value instanceof Promise) return "a promise: await it";
  if (typeof value === "object" && value !== null && "~declarations" in value)
    return "a router: include it in an app";
  return typeof value === "function" ? `${kindOf(value)}: call it` : kindOf(value);
}

export interface ImportOptions {
  /** Told the path of everything that is imported along with it. */
  readonly onImport?: (path: string) => void;
  /** Another text is another module: what has changed is not what the runtime still has. */
  readonly edition?: string;
}

/**
 * Evaluates a module, TypeScript too, and gives its exports by the names that it was written with: also of one that was
 * compiled to CommonJS because its package.json does not say `"type": "module"`. Throws whatever the module throws.
 */
export async function importExports(
  file: string,
  { onImport, edition }: ImportOptions = {},
): Promise<Readonly<Record<string, unknown>>> {
  if (/\.[cm]?tsx?$/.test(file)) await registerTypeScript(onImport);
  const { href } = pathToFileURL(file);
  if (edition === undefined) return exportsOf(await import(href));
  forgetCommonJs(file);
  return exportsOf(await import(`${href}?edition=${edition}`));
}

/** What is compiled to CommonJS is kept by its path alone, whatever follows that in the address. */
function forgetCommonJs(file: string): void {
  const { cache } = createRequire(import.meta.url);
  for (const path of Object.keys(cache)) if (path.split("?", 1)[0] === file) delete cache[path];
}

/** What was compiled to CommonJS comes with all its exports inside `default`, the one called so among them. */
function exportsOf(module: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { default: whole } = module;
  if (typeof whole !== "object" || whole === null || isApp(whole)) return module;
  return "__esModule" in whole ? { ...module, ...whole } : { ...whole, ...module };
}

/** Both halves: a project whose package.json does not say "type": "module" is compiled to CommonJS. */
export async function registerTypeScript(onImport?: (path: string) => void): Promise<void> {
  const [{ register: registerCommonJs }, { register }] = await Promise.all([
    import("tsx/cjs/api"),
    import("tsx/esm/api"),
  ]);
  registerCommonJs();
  if (onImport === undefined) register();
  else register({ onImport: (url) => url.startsWith("file:") && onImport(fileURLToPath(url)) });
}
