/** As `waymark run` seeks the application of a module: unless an export is named, `default`, else `app`. */
export function exportName(name: string): string | undefined {
  return name === "default" ? undefined : name;
}
