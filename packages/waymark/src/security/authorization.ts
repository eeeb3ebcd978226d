/**
 * What stands behind the scheme in a value of `Authorization` (RFC 9110 §11.6.2), the scheme in any case; undefined where
 * there is no such field, or one of another scheme. A field that is repeated comes joined by ", ", which no credential has
 * in it.
 */
export function authorizationOf(field: string | undefined, scheme: "basic" | "bearer"): string | undefined {
  if (field === undefined) return undefined;
  const space = field.indexOf(" ");
  const named = space === -1 ? field : field.slice(0, space);
  if (named.toLowerCase() !== scheme) return undefined;
  return space === -1 ? "" : field.slice(space).replace(/^ +/, "");
}
