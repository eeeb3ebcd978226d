import { keepSecret } from "../http/known-secrets.ts";
import { Secret } from "../security/secret.ts";
import type { Branch } from "./outline.ts";

/** Paths of the texts among settings, `smtp.password`, three objects deep. */
export type TextPath<T, Depth extends readonly unknown[] = [1, 1, 1]> = {
  [K in keyof T & string]: NonNullable<T[K]> extends string
    ? K
    : NonNullable<T[K]> extends readonly unknown[] | ((...args: never) => unknown)
      ? never
      : Depth extends readonly [unknown, ...infer Rest]
        ? NonNullable<T[K]> extends object
          ? `${K}.${TextPath<NonNullable<T[K]>, Rest>}`
          : never
        : never;
}[keyof T & string];

/** Settings with secrets in the place of the texts at P. */
export type WithSecrets<T, P extends string> = [P] extends [never]
  ? T
  : {
      [K in keyof T]: K extends P
        ? Secret | Extract<T[K], undefined | null>
        : [Below<P, K>] extends [never]
          ? T[K]
          : WithSecrets<NonNullable<T[K]>, Below<P, K>> | Extract<T[K], undefined | null>;
    };
type Below<P extends string, K> = K extends string ? (P extends `${K}.${infer Rest}` ? Rest : never) : never;

/** Puts secrets in the place of texts, in copies of the objects on the way. */
export function withSecrets(value: unknown, paths: readonly string[]): unknown {
  return paths.reduce((settings, path) => replace(settings, path.split(".")), value);
}

function replace(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return typeof value === "string" ? new Secret(value) : value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return value;
  return { ...value, [key]: replace((value as Record<string, unknown>)[key], rest) };
}

/** Printed and written as JSON, settings show `***` for what their schema marks as secret and gives as it is. */
export function hideMarked(value: unknown, { members }: Branch): unknown {
  if (typeof value !== "object" || value === null) return value;
  const hidden = new Set<string>();
  // A copy: what a schema gives may be frozen.
  const settings: Record<string, unknown> = { ...value };
  let isChanged = false;
  for (const [property, part] of members) {
    const own = settings[property];
    if (part.members === undefined) {
      if (!part.secret || own === undefined || own === null || own instanceof Secret) continue;
      hidden.add(property);
      if (typeof own === "string" && own !== "") keepSecret(settings, own);
      continue;
    }
    const inner = hideMarked(own, part);
    isChanged ||= inner !== own;
    if (inner !== own) settings[property] = inner;
  }
  if (hidden.size === 0) return isChanged ? settings : value;
  const shown = (): unknown =>
    Object.fromEntries(Object.entries(settings).map(([key, own]) => [key, hidden.has(key) ? "***" : own]));
  for (const key of ["toJSON", Symbol.for("nodejs.util.inspect.custom")])
    Object.defineProperty(settings, key, { value: shown, enumerable: false });
  return settings;
}
