import { checkField } from "waymark/internal";
import type { Call, Principal } from "../../call.ts";
import { fieldValue } from "../transform/field-value.ts";

export interface IdentityNames {
  readonly principal?: string | null;
  readonly consumer?: string | null;
  readonly scopes?: string | null;
}

/** Puts who calls into the fields that the upstream gets; what a client sent by these names never reaches it. */
export class IdentityHeaders {
  readonly #said: readonly (readonly [name: string, of: (principal: Principal) => string | undefined])[];
  /** What a client sent by these names goes nowhere. */
  readonly names: readonly string[];
  /** A caller that comes again is the same object. */
  readonly #known = new WeakMap<Principal, (readonly [string, string])[]>();

  /** Throws a `TypeError` for a name that is none. */
  constructor(
    { principal = "x-principal", consumer = "x-consumer-id", scopes = "x-scopes" }: IdentityNames,
    claims: Readonly<Record<string, string>>,
  ) {
    const said: [string, (principal: Principal) => string | undefined][] = [];
    const add = (name: string | null, of: (principal: Principal) => string | undefined): void => {
      if (name !== null) said.push([checkField(name, ""), of]);
    };
    add(principal, ({ id }) => id);
    add(consumer, ({ consumer: id }) => id ?? undefined);
    add(scopes, ({ scopes: granted }) => [...granted].join(" ") || undefined);
    for (const [name, claim] of Object.entries(claims)) add(name, ({ claims: all }) => claimText(all, claim));
    this.#said = said;
    this.names = said.map(([name]) => name);
  }

  write({ upstreamHeaders }: Call, principal: Principal): void {
    let fields = this.#known.get(principal);
    if (fields === undefined) this.#known.set(principal, (fields = this.#fieldsOf(principal)));
    for (const [name, value] of fields) upstreamHeaders.set(name, value);
  }

  #fieldsOf(principal: Principal): (readonly [string, string])[] {
    return this.#said.flatMap(([name, of]) => {
      const value = of(principal);
      return value === undefined ? [] : [[name, fieldValue(value)] as const];
    });
  }
}

/** A claim as text; of a list its entries with commas between, their own as %2C. Objects have no form in a field. */
export function claimText(claims: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (Array.isArray(value))
    return value.every(isScalar)
      ? value.map((each) => String(each).replaceAll(",", "%2C")).join(",")
      : undefined;
  return isScalar(value) ? String(value) : undefined;
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
