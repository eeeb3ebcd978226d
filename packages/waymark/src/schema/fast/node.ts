/**
 * A schema whose meaning is known, whatever library it was written with. Everything here can be said of a value without
 * asking the library; what cannot has no node, and then the whole schema has none.
 */
export type Node =
  | { readonly kind: "string"; readonly tests: readonly StringTest[] }
  | { readonly kind: "number"; readonly tests: readonly NumberTest[] }
  | { readonly kind: "boolean" | "null" | "date" | "unknown" }
  | { readonly kind: "literal"; readonly values: readonly Literal[] }
  /** A string that the library judges itself, and may rewrite: an address, a token. */
  | { readonly kind: "format"; readonly judge: (value: string) => unknown }
  | { readonly kind: "array"; readonly element: Node; readonly least: number; readonly most: number }
  | { readonly kind: "tuple"; readonly items: readonly Node[] }
  | ObjectNode
  /** Of any string keys. */
  | { readonly kind: "record"; readonly value: Node }
  | { readonly kind: "nullable" | "optional"; readonly inner: Node }
  | { readonly kind: "default"; readonly inner: Node; readonly make: () => unknown }
  /** No value is one of two options. */
  | { readonly kind: "union"; readonly options: readonly Node[] };

export interface ObjectNode {
  readonly kind: "object";
  readonly members: readonly Member[];
  /** Refuses undeclared keys; otherwise it leaves them out. */
  readonly strict: boolean;
}

export interface Member {
  readonly key: string;
  readonly node: Node;
}

export type Literal = string | number | boolean | null;

/** Lengths are in UTF-16 code units: see string-tests.ts for what that says about code points. */
export type StringTest =
  | { readonly test: "least" | "most" | "exactly"; readonly length: number }
  | { readonly test: "pattern"; readonly pattern: RegExp }
  | { readonly test: "starts" | "ends"; readonly text: string }
  | { readonly test: "includes"; readonly text: string; readonly from: number | undefined };

export type NumberTest =
  | { readonly test: "<" | "<=" | ">" | ">="; readonly bound: number }
  | { readonly test: "integer" }
  /** Of a safe integer. */
  | { readonly test: "multiple"; readonly of: number };

/** Said of a value that a compiled verdict does not accept: the library decides, and says why. */
export const NO_VERDICT: unique symbol = Symbol("no verdict");

/** Whether a value of this node is written as a scalar, null or undefined, so that it holds no members. */
export function isScalar(node: Node): boolean {
  switch (node.kind) {
    case "string":
    case "number":
    case "boolean":
    case "null":
    case "literal":
    case "format":
      return true;
    case "nullable":
    case "optional":
      return isScalar(node.inner);
    case "union":
      return node.options.every(isScalar);
    case "default":
      return isScalar(node.inner);
    default:
      return false;
  }
}

/** What a member may be without: nothing, its key, or its key while a value is given in its place. */
export function absence(node: Node): "required" | "optional" | "default" {
  return node.kind === "optional" || node.kind === "default" ? node.kind : "required";
}
