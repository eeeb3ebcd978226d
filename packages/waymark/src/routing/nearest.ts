/**
 * The first of `names` that is one slip of the pen away from `name`: a letter missing, added, changed, or two swapped.
 * `Nearest` is the same for types, so that the compiler and start-up suggest the same name.
 */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  for (const candidate of names) if (isOneSlipFrom(name, candidate)) return candidate;
  return undefined;
}

function isOneSlipFrom(a: string, b: string): boolean {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const [restOfA, restOfB] = [a.slice(i), b.slice(i)];
  if (restOfA === restOfB) return false;
  return (
    restOfA.slice(1) === restOfB ||
    restOfA === restOfB.slice(1) ||
    restOfA.slice(1) === restOfB.slice(1) ||
    (restOfA.slice(2) === restOfB.slice(2) && restOfA[0] === restOfB[1] && restOfA[1] === restOfB[0])
  );
}

type Tail<S> = S extends `${string}${infer T}` ? T : "";
type Swapped<S> = S extends `${infer A}${infer B}${infer T}` ? `${B}${A}${T}` : S;
type IsOneSlipFrom<A, B> = [A, B] extends [`${infer X}${infer RestOfA}`, `${infer Y}${infer RestOfB}`]
  ? [X] extends [Y]
    ? IsOneSlipFrom<RestOfA, RestOfB>
    : RestOfA extends B
      ? true
      : A extends RestOfB
        ? true
        : RestOfA extends RestOfB
          ? true
          : Swapped<A> extends B
            ? true
            : false
  : Tail<A> extends Tail<B>
    ? true
    : false;

/** The members of the union `Names` that are one slip away from `Name`; computed for a misspelt name only. */
export type Nearest<Name extends string, Names> = Names extends string
  ? IsOneSlipFrom<Name, Names> extends true
    ? Names
    : never
  : never;

/** What is appended to a sentence: `: did you mean 'summary'?`, or nothing. */
export type Meant<Name extends string, Names> = [Nearest<Name, Names>] extends [never]
  ? ""
  : `: did you mean '${Nearest<Name, Names>}'?`;
