import type { Template } from "waymark/internal";

interface Node<T> {
  readonly statics: Map<string, Node<T>>;
  parameter: Node<T> | undefined;
  readonly rests: T[];
  readonly values: T[];
}

function node<T>(): Node<T> {
  return { statics: new Map(), parameter: undefined, rests: [], values: [] };
}

/** Templates by their segments; one that is literal in part counts as a parameter. */
export class SegmentTree<T> {
  readonly #root: Node<T> = node();

  add({ segments }: Template, value: T): void {
    let at = this.#root;
    for (const segment of segments) {
      if (segment.kind === "rest") return void at.rests.push(value);
      if (segment.kind === "static") {
        let next = at.statics.get(segment.text);
        if (next === undefined) at.statics.set(segment.text, (next = node()));
        at = next;
      } else if (segment.literals.every((literal) => literal === "")) at = at.parameter ??= node();
      else return;
    }
    at.values.push(value);
  }

  /** What takes every path that the template takes, and more. */
  wider({ segments }: Template): T[] {
    const found: T[] = [];
    const walk = (at: Node<T> | undefined, index: number, isWider: boolean): void => {
      if (at === undefined) return;
      const segment = segments[index];
      if (segment === undefined) {
        if (isWider) found.push(...at.values);
        return;
      }
      if (segment.kind === "rest") return;
      found.push(...at.rests);
      if (segment.kind === "static") walk(at.statics.get(segment.text), index + 1, isWider);
      const isPlain = segment.kind === "parameter" && segment.literals.every((literal) => literal === "");
      walk(at.parameter, index + 1, isWider || !isPlain);
    };
    walk(this.#root, 0, false);
    return found;
  }
}
