import type { LevelConfig } from "../config/config.ts";
import { levelSchema } from "../config/level-schema.ts";
import { checkAgainst } from "../config/check-schema.ts";
import { isRecord } from "../documents/record.ts";
import type { Spot } from "../documents/spot.ts";
import type { Findings } from "../findings.ts";
import { CheckedOnce } from "./checked-once.ts";

/** `x-waymark` of the documents. */
export class Levels {
  readonly #checked = new CheckedOnce();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** What the levels say that are in order; the others were told about. */
  read(levels: readonly Spot[]): readonly { readonly spot: Spot; readonly config: LevelConfig }[] {
    return levels
      .filter((spot) =>
        this.#checked.isRight(
          spot,
          () => checkAgainst(levelSchema(), spot, this.#findings) && isRecord(spot.value),
        ),
      )
      .map((spot) => ({ spot, config: spot.value as LevelConfig }));
  }
}
