import type { Literal, Node } from "./node.ts";

/**
 * Whether it is certain that no value is one of both. Objects are told apart by a key that both require.
 *
 * @param key the one key to tell objects by; any, if none is given
 */
export function disjoint(one: Node, other: Node, key?: string): boolean {
  if (one.kind === "union") return one.options.every((option) => disjoint(option, other, key));
  if (other.kind === "union") return disjoint(other, one, key);
  if (one.kind === "object" && other.kind === "object") {
    const members = new Map(other.members.map((member) => [member.key, member.node]));
    return one.members.some(({ key: name, node }) => {
      const same = members.get(name);
      return (key ?? name) === name && same !== undefined && apart(node, same);
    });
  }
  return key === undefined && apart(one, other);
}

function apart(one: Node, other: Node): boolean {
  if (one.kind === "literal" && other.kind === "literal")
    return !one.values.some((value) => other.values.includes(value));
  const types = typesOf(other);
  return ![...typesOf(one)].some((type) => types.has(type));
}

const OBJECT = ["object"];
const EVERY: readonly string[] = ["string", "number", "boolean", "null", "undefined", "array", ...OBJECT];

/** What a value of a node may be. Everything, where that is not told here. */
function typesOf(node: Node): ReadonlySet<string> {
  switch (node.kind) {
    case "string":
    case "number":
    case "boolean":
    case "null":
      return new Set([node.kind]);
    case "format":
      return new Set(["string"]);
    case "literal":
      return new Set(node.values.map(typeOf));
    case "array":
    case "tuple":
      return new Set(["array"]);
    case "object":
    case "record":
    case "date":
      return new Set(OBJECT);
    case "nullable":
      return new Set(["null", ...typesOf(node.inner)]);
    case "union":
      return new Set(node.options.flatMap((option) => [...typesOf(option)]));
    default:
      return new Set(EVERY);
  }
}

function typeOf(value: Literal): string {
  return value === null ? "null" : typeof value;
}
