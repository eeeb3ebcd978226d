export { Secret } from "../security/secret.ts";
export type { SettingsFile } from "./files.ts";
export { settings, type Settings, type SettingsOptions, type SettingsVariable } from "./settings.ts";
export { SettingsError, type SettingsMistake } from "./settings-error.ts";
