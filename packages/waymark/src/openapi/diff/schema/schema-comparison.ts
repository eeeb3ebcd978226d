import type { Flow } from "../codes.ts";
import { CHANGE_CODES } from "../codes.ts";
import type { Findings, Place } from "../findings.ts";
import { admitsNull } from "./admits-null.ts";
import { isFree, isPossible, readAlternatives, type Alternative, type Reading } from "./alternatives.ts";
import { compareAlternatives, type AlternativeWalk } from "./compare-alternatives.ts";
import { compareAnnotations } from "./compare-annotations.ts";
import { compareArrays } from "./compare-arrays.ts";
import { compareConstraints } from "./compare-constraints.ts";
import { compareLimits } from "./compare-limits.ts";
import { compareObjects } from "./compare-objects.ts";
import { compareTexts } from "./compare-texts.ts";
import { compareTypes } from "./compare-types.ts";
import { compareValues } from "./compare-values.ts";
import { keyOf, type Conjunction } from "./conjunction.ts";
import { shapeOf } from "./shape.ts";
import { describeTypes, EVERY_ATOM, type Atom } from "./types.ts";
import type { Difference } from "./walk.ts";

interface Pair {
  readonly key: string;
  readonly steps: string;
  compare(walk: AlternativeWalk): void;
}

type Tell = (difference: Difference, steps: string) => void;

/**
 * Compares schemas of two documents. A pair of schemas that is reached twice from one body, parameter or header is
 * compared once and told at the place that is nearest: what refers to itself comes to an end, and documents in which
 * everything refers to everything take no longer than they are large.
 */
export class SchemaComparison {
  /** Pairs without any difference, however deep. */
  readonly #equal = new Set<string>();
  /** Pairs that are being compared to see whether they are the same. */
  readonly #open = new Set<string>();

  /** Names every difference between the two, at its place. */
  compare(before: Conjunction, after: Conjunction, place: Place, findings: Findings): void {
    const seen = this.#walk(this.#pair(before, after, ""), place.flow, (difference, steps) => {
      const spot = difference.spot ?? after[0] ?? before[0];
      if (spot !== undefined)
        findings.add(steps === "" ? place : place.in(steps), difference.code, { ...difference, spot });
      return false;
    });
    for (const key of seen ?? []) this.#equal.add(key);
  }

  #pair(before: Conjunction, after: Conjunction, steps: string): Pair {
    return {
      key: `${keyOf(before)} | ${keyOf(after)}`,
      steps,
      compare: (walk) => compareSchemas(before, after, walk),
    };
  }

  #alternativePair(before: Alternative, after: Alternative, steps: string): Pair {
    return {
      key: `${alternativeKey(before)} | ${alternativeKey(after)}`,
      steps,
      compare: (walk) => {
        compareAnnotations(before.own, after.own, walk);
        compareShapes(before, after, walk);
      },
    };
  }

  /**
   * Breadth first, so that what is told stands nearest. Ends when `tell` says so. Returns the pairs that it saw where there
   * was nothing to tell.
   */
  #walk(first: Pair, flow: Flow, tell: (...told: Parameters<Tell>) => boolean): Set<string> | undefined {
    const seen = new Set<string>();
    const queue: Pair[] = [];
    const state = { told: false, ended: false };
    const add = (pair: Pair): void => {
      const key = `${flow} ${pair.key}`;
      if (seen.has(key) || this.#equal.has(key)) return;
      seen.add(key);
      if (!this.#open.has(key)) queue.push(pair);
    };
    add(first);
    // The list grows while it is read.
    for (const pair of queue) {
      if (state.ended) break;
      const { steps, key } = pair;
      const open = `${flow} ${key}`;
      this.#open.add(open);
      pair.compare({
        flow,
        tell: (difference) => {
          state.told = true;
          state.ended ||= tell(difference, steps.replace(/^\./, ""));
        },
        visit: (before, after, step) => add(this.#pair(before, after, steps + step)),
        visitAlternative: (before, after, step) => add(this.#alternativePair(before, after, steps + step)),
        same: (before, after) => this.#isSame(this.#pair(before, after, ""), flow),
        sameAlternative: (before, after) => this.#isSame(this.#alternativePair(before, after, ""), flow),
      });
      this.#open.delete(open);
    }
    return state.told ? undefined : seen;
  }

  #isSame(pair: Pair, flow: Flow): boolean {
    let same = true;
    this.#walk(pair, flow, ({ code, kind }) => {
      if ((kind ?? CHANGE_CODES[code][flow]) === "documentation") return false;
      same = false;
      return true;
    });
    return same;
  }
}

function alternativeKey({ parts, types }: Alternative): string {
  return `<${keyOf(parts)}${types.length === 0 ? "" : ` ${JSON.stringify(types)}`}>`;
}

function compareSchemas(before: Conjunction, after: Conjunction, walk: AlternativeWalk): void {
  const [was, is] = [readPossible(before), readPossible(after)];
  compareAnnotations(was.own, is.own, walk);
  const [old, now] = [was.alternatives, is.alternatives];
  const [wasNull, isNull] = [admitsNull(before), admitsNull(after)];
  if (old.length === 0 || now.length === 0) {
    compareWhole(wholeOf(was, wasNull), wholeOf(is, isNull), is, walk);
    return;
  }
  if (wasNull !== isNull && !becomesTyped(was, is))
    walk.tell({
      code: isNull ? "null-added" : "null-removed",
      spot: is.own[0] ?? was.own[0],
      message: isNull ? "null is possible now" : "null is not possible any more",
    });
  if (old.length === 1 && now.length === 1) compareShapes(old[0]!, now[0]!, walk);
  else if (
    !(isFree(old) || isFree(now)) ||
    !compareWhole(wholeOf(was, wasNull), wholeOf(is, isNull), is, walk)
  )
    compareAlternatives(was, is, walk);
}

/** Without alternatives that nothing meets. */
function readPossible(schema: Conjunction): Reading {
  const reading = readAlternatives(schema);
  return { ...reading, alternatives: reading.alternatives.filter(isPossible) };
}

/** Anything at all, `null` included, became something of a type, or the other way: that is one change. */
function becomesTyped(before: Reading, after: Reading): boolean {
  const [was, is] = [before, after].map(
    ({ alternatives }) =>
      alternatives.length === 1 && shapeOf(alternatives[0]!).types.size === EVERY_ATOM.size,
  );
  return was !== is;
}

function wholeOf({ alternatives }: Reading, isNull: boolean): ReadonlySet<Atom | "null"> {
  const atoms = alternatives.flatMap((each) => [...shapeOf(each).types]);
  return new Set<Atom | "null">(isNull ? [...atoms, "null"] : atoms);
}

/** One of the two is only `null`, anything, or nothing at all. Returns whether there was something to tell. */
function compareWhole(
  before: ReadonlySet<Atom | "null">,
  after: ReadonlySet<Atom | "null">,
  { own }: Reading,
  walk: AlternativeWalk,
): boolean {
  const narrowed = [...after].every((type) => before.has(type));
  const widened = [...before].every((type) => after.has(type));
  if (narrowed && widened) return false;
  const [was, is] = [describeTypes(before), describeTypes(after)];
  walk.tell({
    code: narrowed ? "type-narrowed" : widened ? "type-widened" : "type-changed",
    spot: own[0],
    before: was,
    after: is,
    message: `the type was ${was}, and is ${is}`,
  });
  return true;
}

function compareShapes(before: Alternative, after: Alternative, walk: AlternativeWalk): void {
  const [was, is] = [shapeOf(before), shapeOf(after)];
  const types = compareTypes(was, is, walk);
  if (types.size === 0) return;
  compareValues(was, is, walk);
  compareLimits(was, is, types, walk);
  compareTexts(was, is, types, walk);
  if (types.has("object")) compareObjects(was, is, walk);
  if (types.has("array")) compareArrays(was, is, walk);
  compareConstraints(was, is, walk);
}
