import type { Exchange } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";
import type { Input, ValueOf } from "../inputs/input.ts";
import type { CredentialMarker } from "../inputs/marker.ts";
import { UNAUTHENTICATED, unauthenticated } from "./challenge.ts";

type AnyCredential = Input<"credential", unknown, never>;

/** Which of several credentials a request was let in by, and its value. */
export type Alternative<A> = {
  readonly [K in keyof A]: { readonly by: K; readonly value: Exclude<ValueOf<A[K]>, undefined> };
}[keyof A];

/** Absent only where one of them may be. */
type OrAbsent<A extends AnyCredential, T> = undefined extends ValueOf<A> ? T | undefined : T;

/**
 * One of several credentials. As a list it gives the value of the one that the request carries; as an object also which
 * one, `{ by, value }`. They are asked in order, and the first that is not refused counts; without any the reply is 401,
 * with the challenges of all. It is optional where one of them is. The document shows them as alternatives, while
 * credentials that stand beside each other as inputs are all needed.
 *
 * ```ts
 * const caller = dependency(
 *   { input: { credential: anyOf({ user: bearer(), machine: apiKey({ in: "header", name: "X-API-Key" }) }) } },
 *   ({ credential }) => (credential.by === "user" ? userOf(credential.value) : machineOf(credential.value)),
 * );
 * ```
 */
export function anyOf<const A extends readonly [AnyCredential, ...AnyCredential[]]>(
  ...credentials: A
): Input<"credential", ValueOf<A[number]>, never>;
export function anyOf<const A extends Readonly<Record<string, AnyCredential>>>(
  credentials: A,
): Input<"credential", OrAbsent<A[keyof A], Alternative<A>>, never>;
export function anyOf(
  first: AnyCredential | Readonly<Record<string, AnyCredential>>,
  ...rest: readonly AnyCredential[]
): CredentialMarker {
  if (isCredential(first)) return alternatives([first, ...rest].map((each) => [undefined, checked(each)]));
  return alternatives(Object.entries(first).map(([name, each]) => [name, checked(each)]));
}

type Named = readonly [name: string | undefined, marker: CredentialMarker];

function alternatives(named: readonly Named[]): CredentialMarker {
  if (named.length === 0) throw new TypeError("anyOf takes at least one credential");
  const markers = named.map(([, marker]) => marker);
  const optional = markers.some((marker) => marker.optional);
  return {
    in: "credential",
    schemeName: markers.map(({ schemeName }) => schemeName).join(" or "),
    scheme: {},
    scopes: [...new Set(markers.flatMap(({ scopes }) => scopes))],
    // one that does not is a way past those that do
    checksScopes: markers.every(({ checksScopes }) => checksScopes === true),
    asksElsewhere: markers.some(({ asksElsewhere }) => asksElsewhere === true),
    alternatives: markers,
    optional,
    read: (exchange, scopes) => attempt({ exchange, scopes, named, optional }, 0, []),
  };
}

interface Attempt {
  readonly exchange: Exchange;
  readonly scopes: readonly string[];
  readonly named: readonly Named[];
  readonly optional: boolean;
}

/** Goes on from alternative `from`; `errors` are those of the ones before. No promise where none of them makes one. */
function attempt(asked: Attempt, from: number, errors: HttpError[]): unknown {
  for (let i = from; i < asked.named.length; i++) {
    const [name, marker] = asked.named[i]!;
    const value = (found: unknown): unknown => (name === undefined ? found : { by: name, value: found });
    try {
      const found = marker.read(asked.exchange, asked.scopes);
      if (found instanceof Promise)
        return found.then(
          (settled: unknown) => (settled === undefined ? attempt(asked, i + 1, errors) : value(settled)),
          (error: unknown) => attempt(asked, i + 1, [...errors, goneOn(error)]),
        );
      if (found !== undefined) return value(found);
    } catch (error) {
      errors.push(goneOn(error));
    }
  }
  return conclude(asked, errors);
}

/** What does not rule the next alternative out: there is none, it is bad, or nobody can tell at the moment. */
function goneOn(error: unknown): HttpError {
  if (error instanceof HttpError && (error.status === 401 || error.status === 503)) return error;
  throw error;
}

function conclude({ optional }: Attempt, errors: readonly HttpError[]): undefined {
  const unavailable = errors.find(({ status }) => status === 503);
  if (unavailable !== undefined) throw unavailable;
  const bad = errors.find(({ detail }) => detail !== UNAUTHENTICATED);
  if (optional && bad === undefined) return undefined;
  const challenges = new Set(errors.map(challengeOf).filter((each) => each !== ""));
  throw unauthenticated([...challenges].join(", "), bad?.detail);
}

function challengeOf({ headers }: HttpError): string {
  return headers?.["www-authenticate"] ?? "";
}

function isCredential(value: object): value is AnyCredential {
  return "in" in value && value.in === "credential" && "read" in value;
}

function checked(value: AnyCredential): CredentialMarker {
  if (isCredential(value)) return value as CredentialMarker;
  throw new TypeError(
    "anyOf takes credentials: bearer(), basic(), apiKey(…), jwt(…), oauth2(…), openIdConnect(…)",
  );
}
