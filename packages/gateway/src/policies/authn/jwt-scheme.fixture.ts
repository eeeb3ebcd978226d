import type { SecurityScheme } from "../../snapshot.ts";

export type JwtScheme = Extract<SecurityScheme, { kind: "jwt" }>;

/** A scheme that takes tokens of anybody who signs with the keys of an issuer, whomever they are for. */
export function jwtScheme(parts: Partial<JwtScheme> = {}): JwtScheme {
  return {
    kind: "jwt",
    issuer: null,
    audiences: [],
    algorithms: ["RS256"],
    keys: { jwks: "https://id.example/keys" },
    allowHosts: [],
    leeway: 0,
    scopeClaim: "scope",
    ...parts,
  };
}
