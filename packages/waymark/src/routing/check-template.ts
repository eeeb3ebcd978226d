type Fault =
  | "never closed"
  | "never opened"
  | "no name"
  | "twice"
  | "goes on"
  | "before"
  | "kind"
  | "between";

/** What is found wrong in a template; a string would be taken for a name. */
interface Malformed<Kind extends Fault, A extends string = "", B extends string = ""> {
  readonly kind: Kind;
  readonly about: [A, B];
}

/**
 * The names of a template, added to those `Seen` before it (the prefix's), or what is wrong with it. Tail-recursive, one
 * parameter a turn.
 */
export type Names<P extends string, Seen extends string = never> = P extends `${infer Before}{${infer Rest}`
  ? Before extends `${string}}${string}`
    ? Malformed<"never opened">
    : Rest extends `${infer Inside}}${infer After}`
      ? Inside extends `${infer N}:${infer Kind}`
        ? Kind extends "path"
          ? CatchAll<Before, N, After, Seen>
          : Malformed<"kind", N, Kind>
        : Inside extends "" | `${string}${"{" | "/"}${string}`
          ? Malformed<Inside extends "" ? "no name" : "never closed">
          : Inside extends Seen
            ? Malformed<"twice", Inside>
            : After extends `{${infer Next}}${string}`
              ? Next extends `${string}:path`
                ? Names<After, Seen | Inside>
                : Malformed<"between", Inside, Next>
              : Names<After, Seen | Inside>
      : Malformed<"never closed">
  : P extends `${string}}${string}`
    ? Malformed<"never opened">
    : Seen;

type CatchAll<Before, N extends string, After, Seen extends string> = N extends ""
  ? Malformed<"no name">
  : After extends ""
    ? Before extends `${string}/`
      ? N extends Seen
        ? Malformed<"twice", N>
        : Seen | N
      : Malformed<"before", N>
    : Malformed<"goes on", N>;

/** The sentence for a malformed template; the twin of sentences.ts. */
export type Describe<X, Path extends string> =
  X extends Malformed<infer Kind, infer A, infer B>
    ? {
        "never closed": `'${Path}' has a '{' that is never closed`;
        "never opened": `'${Path}' has a '}' that was never opened`;
        "no name": `'${Path}' has a parameter without a name`;
        twice: `'${Path}' names {${A}} twice`;
        "goes on": `'${Path}' goes on after {${A}:path}, which takes the rest of the path`;
        kind: `'${Path}' has {${A}:${B}}: the only kind is {${A}:path}`;
        before: `'${Path}' has something before {${A}:path} in its segment, which it takes whole`;
        between: `'${Path}' needs something between {${A}} and {${B}}`;
      }[Kind]
    : never;

/** A router's prefix: P when it is good, else the sentence. */
export type CheckPrefix<P extends string> = string extends P
  ? P
  : P extends ""
    ? P
    : P extends `/${string}`
      ? P extends `${string}/`
        ? `'${P}' must not end with '/'`
        : Names<P> extends infer X
          ? [X] extends [string]
            ? P extends `${string}{${infer N}:path}`
              ? Describe<Malformed<"goes on", N>, P>
              : P
            : Describe<X, P>
          : never
      : `'${P}' must start with '/'`;
