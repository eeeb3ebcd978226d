/** How variables are named after properties. */
export interface Naming {
  readonly prefix: string;
  /** Stands between the names of an object and its property. */
  readonly nested: string;
  /** Names of properties that are called otherwise: by path, `smtp.password`. */
  readonly names: Readonly<Record<string, string>>;
}

/** `databaseUrl` is `DATABASE_URL`, `smtp.port` is `SMTP__PORT`, and `baseURL2` is `BASE_URL2`. */
export function variableName(path: readonly string[], { prefix, nested, names }: Naming): string {
  const key = path.join(".");
  if (Object.hasOwn(names, key)) return names[key]!;
  return prefix + path.map(screaming).join(nested);
}

function screaming(property: string): string {
  return property
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}
