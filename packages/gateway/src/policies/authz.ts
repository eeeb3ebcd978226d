import { HttpError, unauthenticated } from "waymark/internal";
import { insufficientScope } from "waymark/security";
import type { PolicyKind, Step } from "../call.ts";
import { flag, optionsSchema, texts } from "./options.ts";

type Scalar = string | number | boolean;

export interface AuthzOptions {
  readonly scopes?: readonly string[];
  readonly anyScope?: boolean;
  readonly claims?: Readonly<Record<string, Scalar | readonly Scalar[]>>;
  readonly consumers?: readonly string[];
}

const SCALAR = { type: ["string", "number", "boolean"] };

/** The kind `authz`: what a caller that is known must be, beyond what the document asks for. */
export const authzKind: PolicyKind = {
  kind: "authz",
  phase: "authz",
  schema: {
    ...(optionsSchema(
      "What callers must be allowed to do: all that is said here has to hold. Who is not known is refused by 401, who is by 403.",
      {
        scopes: texts("Scopes that the caller has to have."),
        anyScope: flag("One of the scopes is enough.", false),
        claims: {
          type: "object",
          additionalProperties: { anyOf: [SCALAR, { type: "array", items: SCALAR, minItems: 1 }] },
          description:
            "Claims with the value that each must have, or one of several; a claim that is a list must hold one of them.",
        },
        consumers: texts("Consumers that may call, by their ids."),
      },
    ) as object),
    minProperties: 1,
  },
  step: authzStep,
};

function authzStep({ scopes = [], anyScope = false, claims = {}, consumers }: AuthzOptions): Step {
  const wanted = Object.entries(claims).map(
    ([name, values]) => [name, new Set(Array.isArray(values) ? (values as Scalar[]) : [values])] as const,
  );
  const allowed = consumers === undefined ? undefined : new Set(consumers);
  const hasScopes = (granted: ReadonlySet<string>): boolean =>
    anyScope && scopes.length > 0
      ? scopes.some((each) => granted.has(each))
      : scopes.every((each) => granted.has(each));
  return {
    phase: "authz",
    kind: "authz",
    needs: [],
    run({ principal }): void {
      if (principal === null) throw unauthenticated("Bearer");
      if (!hasScopes(principal.scopes)) throw insufficientScope(scopes);
      if (allowed !== undefined && (principal.consumer === null || !allowed.has(principal.consumer)))
        throw new HttpError(403, "This caller may not use this operation.");
      for (const [name, values] of wanted)
        if (!hasClaim(principal.claims, name, values))
          throw new HttpError(403, `The claim ${name} does not allow this.`);
    },
  };
}

function hasClaim(
  claims: Readonly<Record<string, unknown>>,
  name: string,
  values: ReadonlySet<unknown>,
): boolean {
  const said = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return Array.isArray(said) ? said.some((each) => values.has(each)) : values.has(said);
}
