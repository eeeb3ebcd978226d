import type { ChangeCode, ChangeKind, Flow } from "../codes.ts";
import type { Spot } from "../source.ts";
import type { Conjunction } from "./conjunction.ts";

/** A difference between two schemas, before it is known where they stand. */
export interface Difference {
  readonly code: ChangeCode;
  /** The newer schema where there is one to point at. */
  readonly spot: Spot | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly message: string;
  readonly kind?: ChangeKind;
}

/** What the comparison of one pair of schemas works with. */
export interface Walk {
  readonly flow: Flow;
  /** Names a difference of this pair. */
  tell(difference: Difference): void;
  /** Has another pair compared, which stands at `step` below this one: ".name", "[]". */
  visit(before: Conjunction, after: Conjunction, step: string): void;
  /** Whether nothing but words differs between them. */
  same(before: Conjunction, after: Conjunction): boolean;
}
