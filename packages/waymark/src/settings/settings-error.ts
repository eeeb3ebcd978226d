/** One thing that is wrong with the settings. Never holds the value of a secret. */
export interface SettingsMistake {
  /** The variable that sets it; undefined for what is wrong with a file, or with several settings together. */
  readonly variable: string | undefined;
  /** Where it stands in the schema: `["smtp", "port"]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Where the value is from: "environment", ".env:3", "config.json"; undefined where there is none. */
  readonly source: string | undefined;
}

/** Thrown when settings are read: everything that is wrong with them, at once. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly mistakes: readonly SettingsMistake[];

  constructor(mistakes: readonly SettingsMistake[]) {
    super([headline(mistakes.length), ...mistakes.map(describe)].join("\n"));
    // Printed as a part of the message already.
    Object.defineProperty(this, "mistakes", { enumerable: false });
    this.mistakes = mistakes;
  }
}

function headline(count: number): string {
  return count === 1 ? "a setting is wrong" : `${count} settings are wrong`;
}

function describe({ variable, message, source }: SettingsMistake): string {
  const said = variable === undefined ? message : `${variable} ${message}`;
  return `  ${said}${source === undefined ? "" : ` (${source})`}`;
}
