import { decodePath, decodeRest } from "./decode.ts";
import type { Segment, Template } from "./template.ts";

const NO_PARAMETERS: readonly string[] = [];

interface Leaf<T> {
  readonly value: T;
  /** Number of parameters on the way. */
  readonly size: number;
}

/** One place between two slashes. Shared by every template that begins alike, names erased. */
interface Node<T> {
  readonly statics: Map<string, Node<T>>;
  /** The one entry of `statics` where it has one. */
  onlyText: string | undefined;
  only: Node<T> | undefined;
  /** Parameters with literal text around them, the more specific first. */
  readonly mixed: Mixed<T>[];
  parameter: Node<T> | undefined;
  rest: Leaf<T> | undefined;
  /** What is here when the path ends here. */
  leaf: Leaf<T> | undefined;
}

interface Mixed<T> {
  readonly literals: readonly string[];
  readonly shape: string;
  readonly node: Node<T>;
}

/**
 * Finds the template of a path. At every segment literal text goes before a parameter with literal text, that before a
 * parameter, that before a catch-all, from left to right and with backtracking, whatever the order of insertion.
 *
 * A node is reached by one way only and stands at one depth, so a search visits a node at most once: its cost is bounded
 * by the number of segments that were declared, and no request can make it grow.
 */
export class RouteTree<T> {
  /** Raw paths without parameters: most hits end here. */
  readonly #exact = new Map<string, Leaf<T>>();
  readonly #root: Node<T> = emptyNode();

  /**
   * Values of the parameters of the last `find` that found something, decoded, in the template's order. The array is that
   * search's own, but the next `find` replaces it: take it before anything else runs.
   */
  params: readonly string[] = NO_PARAMETERS;

  /** Adds a template. Returns the value that has the same shape already, and adds nothing then. */
  add(template: Template, value: T): T | undefined {
    let node = this.#root;
    const leaf: Leaf<T> = { value, size: template.names.length };
    for (const segment of template.segments) {
      if (segment.kind === "rest") {
        if (node.rest !== undefined) return node.rest.value;
        node.rest = leaf;
        return undefined;
      }
      node = childOf(node, segment);
    }
    if (node.leaf !== undefined) return node.leaf.value;
    node.leaf = leaf;
    // a raw "%" begins an escape and never stands for itself
    if (leaf.size === 0 && !template.text.includes("%")) this.#exact.set(template.text, leaf);
    return undefined;
  }

  /** The value whose template matches a raw path. Undefined where none does, or where the path is badly encoded. */
  find(path: string): T | undefined {
    const exact = this.#exact.get(path);
    if (exact !== undefined) {
      this.params = NO_PARAMETERS;
      return exact.value;
    }
    if (path.charCodeAt(0) !== SLASH) return undefined;
    let decoded: readonly string[] | undefined;
    if (path.includes("%")) {
      decoded = decodePath(path);
      if (decoded === undefined) return undefined;
    }
    return this.#walk(this.#root, path, decoded, 1, 0, 0)?.value;
  }

  /**
   * Goes on from `node` with the segment that begins at `start`, `depth` segments and `size` parameters in. The parameters'
   * array is made at the leaf and filled on the way back, so that a search that fails allocates nothing for it.
   */
  #walk(
    node: Node<T>,
    path: string,
    decoded: readonly string[] | undefined,
    start: number,
    depth: number,
    size: number,
  ): Leaf<T> | undefined {
    const slash = path.indexOf("/", start);
    const end = slash === -1 ? path.length : slash;
    const text = decoded?.[depth];

    const fixed = text === undefined ? staticChild(node, path, start, end) : node.statics.get(text);
    if (fixed !== undefined) {
      const leaf = this.#next(fixed, path, decoded, slash, depth, size);
      if (leaf !== undefined) return leaf;
    }
    // a segment that was sent is empty where its decoded text is, and nowhere else
    if (end > start) {
      const leaf = this.#parameter(node, text ?? path.slice(start, end), path, decoded, slash, depth, size);
      if (leaf !== undefined) return leaf;
    }
    if (node.rest !== undefined) {
      const params = makeParameters(node.rest.size);
      params[size] = decoded === undefined ? path.slice(start) : decodeRest(path.slice(start));
      this.params = params;
      return node.rest;
    }
    return undefined;
  }

  #parameter(
    node: Node<T>,
    text: string,
    path: string,
    decoded: readonly string[] | undefined,
    slash: number,
    depth: number,
    size: number,
  ): Leaf<T> | undefined {
    for (const { literals, node: next } of node.mixed) {
      const values = split(text, literals);
      if (values === undefined) continue;
      const leaf = this.#next(next, path, decoded, slash, depth, size + values.length);
      if (leaf === undefined) continue;
      for (let i = 0; i < values.length; i++) (this.params as string[])[size + i] = values[i]!;
      return leaf;
    }
    if (node.parameter === undefined) return undefined;
    const leaf = this.#next(node.parameter, path, decoded, slash, depth, size + 1);
    if (leaf !== undefined) (this.params as string[])[size] = text;
    return leaf;
  }

  #next(
    node: Node<T>,
    path: string,
    decoded: readonly string[] | undefined,
    slash: number,
    depth: number,
    size: number,
  ): Leaf<T> | undefined {
    if (slash !== -1) return this.#walk(node, path, decoded, slash + 1, depth + 1, size);
    if (node.leaf !== undefined) this.params = makeParameters(node.leaf.size);
    return node.leaf;
  }
}

const SLASH = 0x2f;

/** Literals where they are frequent: they have the right size and no holes, which `push` and `new Array` have not. */
function makeParameters(size: number): string[] {
  switch (size) {
    case 1:
      return [""];
    case 2:
      return ["", ""];
    case 3:
      return ["", "", ""];
    default:
      return Array.from({ length: size }, () => "");
  }
}

/** The child that a segment without escapes names. One child alone is compared in place: no text is cut out or hashed. */
function staticChild<T>(node: Node<T>, path: string, start: number, end: number): Node<T> | undefined {
  const { onlyText } = node;
  if (onlyText === undefined)
    return node.statics.size === 0 ? undefined : node.statics.get(path.slice(start, end));
  return end - start === onlyText.length && path.startsWith(onlyText, start) ? node.only : undefined;
}

function emptyNode<T>(): Node<T> {
  return {
    statics: new Map(),
    onlyText: undefined,
    only: undefined,
    mixed: [],
    parameter: undefined,
    rest: undefined,
    leaf: undefined,
  };
}

function childOf<T>(node: Node<T>, segment: Exclude<Segment, { kind: "rest" }>): Node<T> {
  if (segment.kind === "static") {
    const known = node.statics.get(segment.text);
    if (known !== undefined) return known;
    const child = emptyNode<T>();
    node.statics.set(segment.text, child);
    const isOnly = node.statics.size === 1;
    node.onlyText = isOnly ? segment.text : undefined;
    node.only = isOnly ? child : undefined;
    return child;
  }
  const { literals } = segment;
  if (literals.length === 2 && literals[0] === "" && literals[1] === "")
    return (node.parameter ??= emptyNode());
  const shape = literals.join("{}");
  const known = node.mixed.find((each) => each.shape === shape);
  if (known !== undefined) return known.node;
  const child: Mixed<T> = { literals, shape, node: emptyNode() };
  node.mixed.push(child);
  node.mixed.sort(bySpecificity);
  return child.node;
}

/** More literal text first; then fewer parameters; then a fixed order, so that none depends on who came first. */
function bySpecificity(a: Mixed<unknown>, b: Mixed<unknown>): number {
  const [textOfA, textOfB] = [a.literals.join(""), b.literals.join("")];
  return (
    textOfB.length - textOfA.length || a.literals.length - b.literals.length || (a.shape < b.shape ? -1 : 1)
  );
}

/**
 * The values between the literals of a segment, each but the last as short as it can be and none empty. Taking the first
 * place where a literal fits is complete: a later one only leaves less room for those that follow.
 */
function split(text: string, literals: readonly string[]): string[] | undefined {
  const count = literals.length - 1;
  const [first, last] = [literals[0]!, literals[count]!];
  const end = text.length - last.length;
  if (end <= first.length || !text.startsWith(first) || !text.endsWith(last)) return undefined;
  const values: string[] = [];
  let start = first.length;
  for (let i = 1; i < count; i++) {
    const literal = literals[i]!;
    const at = text.indexOf(literal, start + 1);
    if (at === -1 || at + literal.length >= end) return undefined;
    values.push(text.slice(start, at));
    start = at + literal.length;
  }
  values.push(text.slice(start, end));
  return values;
}
