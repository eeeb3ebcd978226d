/** What is JSON already: it stays as it is, however deep it refers to itself. */
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * What `JSON.stringify` and `JSON.parse` make of a T: dates are strings, `toJSON` says what stands for an object, and what
 * has no form in JSON is left out.
 */
export type Serialized<T> = unknown extends T
  ? T
  : [T] extends [Json]
    ? T
    : T extends string | number | boolean | null | undefined
      ? T
      : T extends { toJSON(...args: any): infer J }
        ? Serialized<J>
        : T extends bigint | symbol | ((...args: any) => unknown)
          ? never
          : T extends ReadonlyMap<any, any> | ReadonlySet<any>
            ? {}
            : T extends readonly unknown[]
              ? { -readonly [K in keyof T]: Serialized<T[K]> }
              : T extends object
                ? {
                    -readonly [
                      K in keyof T as K extends string | number
                        ? T[K] extends symbol | ((...args: any) => unknown)
                          ? never
                          : K
                        : never
                    ]: Serialized<T[K]>;
                  }
                : never;
