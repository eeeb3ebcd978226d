import { dependency, type Dependency } from "../dependency.ts";
import type { OutputOf, Schema } from "../inputs/input.ts";
import { checkFiles, directoryLayer, fileLayers, readText, type SettingsFile } from "./files.ts";
import { gather } from "./gather.ts";
import { judge } from "./judge.ts";
import { variablesLayer, type Layer } from "./layer.ts";
import { leavesOf, outlineOf, type Branch } from "./outline.ts";
import { hideMarked, withSecrets, type TextPath, type WithSecrets } from "./secrets.ts";
import type { SettingsMistake } from "./settings-error.ts";
import { unknownVariables } from "./unknown-variables.ts";

/** Where settings come from, and which of them are secret. */
export interface SettingsOptions<P extends string = string> {
  /** The environment. Default `process.env`, as it is when they are read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Files, the first of which that has a setting counts; all stand behind the environment. Names say what they are: `.env`,
   * `.env.local`, `production.env` hold variables, `*.json` an object. Default `[".env.local", ".env"]`, in the directory
   * that the process was started in.
   */
  readonly files?: readonly (string | SettingsFile)[];
  /** Where secrets are mounted, a file for each: `/run/secrets`. It stands behind the environment and before the files. */
  readonly secretsDirectory?: string;
  /** What the names of all variables begin with: "SHOP_". */
  readonly prefix?: string;
  /** Between the names of an object and its property. Default "__": `smtp.port` is SMTP__PORT. */
  readonly nested?: string;
  /** Settings that become a `Secret`, by path: `["databaseUrl", "smtp.password"]`. */
  readonly secrets?: readonly P[];
  /** Variables of another name than the property's, by path: `{ databaseUrl: "PGURL" }`. The prefix is not added. */
  readonly names?: { readonly [path: string]: string };
  /** What becomes of variables with the prefix that are no settings. Default "ignore". */
  readonly unknown?: "ignore" | "warn" | "refuse";
  /** Where a warning is written. Default `console`. */
  readonly logger?: { warn(message: string): void };
}

/** One setting as a variable: for a list of them, or an example of a `.env`. */
export interface SettingsVariable {
  readonly name: string;
  /** By path in the settings: `smtp.port`. */
  readonly path: string;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly secret: boolean;
}

/** Settings: an app-scope dependency, and a function that reads them. */
export interface Settings<T> extends Dependency<{}, T, never, "app"> {
  /** The settings, read at the first call. Throws a `SettingsError` with everything that is wrong. */
  (): T;
  /** The variables that set them, in the order of declaration. */
  readonly variables: readonly SettingsVariable[];
}

/**
 * Settings from the environment and from files, validated once by the schema of an object. Property `databaseUrl` is variable
 * `DATABASE_URL`; texts are converted as parameters of a query are.
 *
 * ```ts
 * const config = settings(
 *   z.object({ port: z.int().default(8000), databaseUrl: z.url() }),
 *   { secrets: ["databaseUrl"] },
 * );
 * config().databaseUrl.reveal(); // or as an input of endpoints and dependencies: { config }
 * ```
 *
 * Throws a `SchemaError` for a schema that is no object, or has settings that text cannot give, and a `TypeError` for options
 * that do not fit it.
 */
export function settings<S extends Schema, const P extends TextPath<OutputOf<S>> = never>(
  schema: S,
  options: SettingsOptions<P> = {},
): Settings<WithSecrets<OutputOf<S>, P>> {
  const {
    prefix = "",
    nested = "__",
    secrets = [],
    names = {},
    unknown = "ignore",
    files = DEFAULT_FILES,
  } = options;
  if (unknown !== "ignore" && prefix === "")
    throw new TypeError(
      `settings: unknown: "${unknown}" needs a prefix, which tells your variables from others`,
    );
  checkFiles(files);
  const outline = outlineOf(schema, { prefix, nested, names }, secrets);
  let read: { readonly value: WithSecrets<OutputOf<S>, P> } | undefined;
  const reading = (): WithSecrets<OutputOf<S>, P> => {
    read ??= {
      value: readSettings(schema, outline, { ...options, files, prefix, unknown, secrets }) as never,
    };
    return read.value;
  };
  const made = dependency({ name: "settings", scope: "app" }, reading);
  return Object.assign(made, { variables: variablesOf(outline) }) as unknown as Settings<
    WithSecrets<OutputOf<S>, P>
  >;
}

const DEFAULT_FILES: readonly string[] = [".env.local", ".env"];

type Resolved = SettingsOptions & Required<Pick<SettingsOptions, "files" | "prefix" | "unknown" | "secrets">>;

function readSettings(schema: Schema, outline: Branch, options: Resolved): unknown {
  const found: SettingsMistake[] = [];
  const layers = layersOf(options, (mistake) => found.push(mistake));
  if (options.unknown !== "ignore") {
    const unknown = unknownVariables(outline, layers, options.prefix);
    if (options.unknown === "refuse") found.push(...unknown);
    else
      for (const { variable, message } of unknown) (options.logger ?? console).warn(`${variable} ${message}`);
  }
  const value = judge(schema, outline, gather(outline, layers), found);
  return hideMarked(withSecrets(value, options.secrets), outline);
}

function layersOf(
  { env = processEnvironment(), secretsDirectory, files }: Resolved,
  report: (mistake: SettingsMistake) => void,
): Layer[] {
  const environment = variablesLayer(
    {
      get: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
      names: Object.keys(env),
      sourceOf: () => "environment",
    },
    readText,
  );
  return [
    environment,
    ...(secretsDirectory === undefined ? [] : [directoryLayer(secretsDirectory)]),
    ...fileLayers(files, report),
  ];
}

/** Edge runtimes may have no `process`. */
function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return globalThis.process?.env ?? {};
}

function variablesOf(outline: Branch): SettingsVariable[] {
  return [...leavesOf(outline)].map(({ variable, path, description, optional, secret }) => ({
    name: variable,
    path: path.join("."),
    description,
    required: !optional,
    secret,
  }));
}
