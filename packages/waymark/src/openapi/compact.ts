/** `T` with every member allowed to be undefined, for building it in one expression. */
export type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The object without the members that are undefined. */
export function compact<T extends object>(value: Loose<T>): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
