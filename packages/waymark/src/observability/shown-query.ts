import { HIDDEN } from "../http/hide-secrets.ts";
import { decoded, isTellingName } from "../plan/secrets.ts";

/** A query as it was sent, with `***` for the values of names that are secret or sound like it. */
export function shownQuery(search: string, secret: ReadonlySet<string>): string {
  return search
    .split("&")
    .map((pair) => {
      const at = pair.indexOf("=");
      const name = decoded(at === -1 ? pair : pair.slice(0, at));
      return at !== -1 && (secret.has(name) || isTellingName(name)) ? `${pair.slice(0, at)}=${HIDDEN}` : pair;
    })
    .join("&");
}
