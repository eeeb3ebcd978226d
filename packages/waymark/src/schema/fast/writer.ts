import type { Node, ObjectNode } from "./node.ts";

/** Whether this engine's JSON.stringify is slower than joining texts, for small flat objects: V8 before 13.8 (Node 24). */
export function writerWins(versions: Readonly<Record<string, string | undefined>> = ownVersions()): boolean {
  const [major, minor] = (versions["v8"] ?? "").split(".").map(Number);
  // Bun names a V8 as well, and has none.
  if (versions["bun"] !== undefined || !(major! > 0)) return false;
  return major! < 13 || (major === 13 && minor! < 8);
}

function ownVersions(): Readonly<Record<string, string | undefined>> {
  return typeof process === "object" ? process.versions : {};
}

const INDEX = /^\d+$/;

/** Whether an object is flat, of scalars, and begins with a member that is always there. */
export function isFlat(node: Node): node is ObjectNode {
  if (node.kind !== "object" || node.members.length === 0 || node.members.length > 16) return false;
  if (node.members[0]!.node.kind === "optional") return false;
  // An object gives keys that are array indices before all others, whatever the order of the declaration.
  return node.members.every(({ key, node: member }) => !INDEX.test(key) && isText(member));
}

function isText(node: Node): boolean {
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
      return isText(node.inner);
    default:
      return false;
  }
}

/** The expression of the JSON of an accepted object whose members are m0, m1, …; `quote` and `text` are in its scope. */
export function textOf({ members }: ObjectNode): string {
  const pieces = members.map(({ key, node }, i) => {
    const name = JSON.stringify(`${i === 0 ? "{" : ","}${JSON.stringify(key)}:`);
    const written = `${name} + ${valueOf(node.kind === "optional" ? node.inner : node, `m${i}`)}`;
    return node.kind === "optional" ? `(m${i} === undefined ? "" : ${written})` : written;
  });
  return `${pieces.join(" + ")} + "}"`;
}

function valueOf(node: Node, name: string): string {
  switch (node.kind) {
    case "string":
    case "format":
      return `quote(${name})`;
    // A finite number, a boolean and null are written as they are in JavaScript.
    case "number":
    case "boolean":
    case "null":
      return name;
    default:
      return `(typeof ${name} === "string" ? quote(${name}) : ${name})`;
  }
}

/** A string of JSON. Short ones mostly hold nothing to escape, and looking is quicker than asking. */
export function quote(text: string): string {
  const { length } = text;
  if (length > 40) return JSON.stringify(text);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 32 || unit === 34 || unit === 92 || (unit >= 0xd800 && unit <= 0xdfff))
      return JSON.stringify(text);
  }
  return `"${text}"`;
}
