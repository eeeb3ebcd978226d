/** What a client said about content codings. */
export interface AcceptedEncodings {
  /** From 0 (refused) to 1. A coding it did not name has the weight of `*`, or 0 where there is none. */
  weightOf(encoding: string): number;
  /** As it is: refused only where the client says so (RFC 9110 §12.5.3). */
  readonly identity: number;
}

const MEMBER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:[ \t]*;[ \t]*q=([01](?:\.[0-9]{0,3})?))?$/i;

/** Reads an Accept-Encoding. A member that is not as RFC 9110 §12.5.3 writes it counts for nothing. */
export function acceptedEncodings(field: string): AcceptedEncodings {
  const weights = new Map<string, number>();
  for (const member of field.split(",")) {
    const match = MEMBER.exec(member.trim());
    if (match === null) continue;
    const name = match[1]!.toLowerCase();
    // RFC 9110 §8.4.1.3: "x-gzip" is "gzip".
    const weight = Math.min(match[2] === undefined ? 1 : Number(match[2]), 1);
    weights.set(name === "x-gzip" ? "gzip" : name, weight);
  }
  const others = weights.get("*");
  return {
    weightOf: (encoding) => weights.get(encoding) ?? others ?? 0,
    // Not named, it is acceptable, but the last choice: whoever lists codings would rather have one.
    identity: weights.get("identity") ?? (others === 0 ? 0 : Number.MIN_VALUE),
  };
}

/** What is to be sent to a client: undefined is without a coding. */
export interface Choice<T extends string> {
  readonly encoding: T | undefined;
  /** The client will not have it without a coding. */
  readonly isIdentityRefused: boolean;
}

/** Of the codings that there are, by our preference, the one that the client prefers. */
export function chooseEncoding<T extends string>(
  field: string | undefined,
  available: readonly T[],
): Choice<T> {
  // Without the field anything goes (RFC 9110 §12.5.3), and nothing says that the client can decode.
  if (field === undefined) return { encoding: undefined, isIdentityRefused: false };
  const accepted = acceptedEncodings(field);
  let encoding: T | undefined;
  let best = accepted.identity;
  for (const each of available) {
    const weight = accepted.weightOf(each);
    // Where a coding and none are worth the same, the coding it is.
    if (weight > best || (weight === best && weight > 0 && encoding === undefined)) {
      encoding = each;
      best = weight;
    }
  }
  return { encoding, isIdentityRefused: accepted.identity === 0 };
}
