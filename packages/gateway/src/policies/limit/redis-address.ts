const VARIABLE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/** The address with what the environment has in the place of `${NAME}` and `${NAME:-default}`, and the names that it has not. */
export function redisAddress(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly address: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const address = url.replaceAll(VARIABLE, (whole, name: string, byDefault: string | undefined) => {
    const value = environment[name] ?? byDefault;
    if (value === undefined) missing.push(name);
    return value ?? whole;
  });
  return { address, missing };
}
