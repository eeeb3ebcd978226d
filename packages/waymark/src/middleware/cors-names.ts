import { checkField } from "../http/field.ts";

/**
 * The names of an option of `cors` as one field's value. Methods and field names are tokens, both. Throws a `TypeError` for what
 * is none, and for a "*" that browsers would read as a name.
 */
export function namesLine(option: string, names: readonly string[], credentials: boolean): string {
  for (const name of names) {
    checkField(name, "");
    if (name === "*" && credentials)
      throw new TypeError(
        `cors: with credentials, "*" in ${option} is a name like any other: list the names`,
      );
  }
  return names.join(", ");
}

/** What a browser asks for in `Access-Control-Request-Headers`; nothing of it where it is not a list of names. */
export function askedNames(field: string): string {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z, ]*$/.test(field) ? field : "";
}
