import fc from "fast-check";
import { Unwritable, type Draft } from "./draft.ts";
import type { FuzzOperation } from "./operations.ts";
import { Subject, type CaseGroup, type Making } from "./subject.ts";
import { validCases } from "./valid-cases.ts";
import { writeDraft } from "./write-draft.ts";
import { wrongBodies } from "./wrong-bodies.ts";
import { wrongParameters } from "./wrong-parameters.ts";

/** As many as tell whether there is any: the first few tell it of most. */
const SAMPLES = [3, 25];

/** The groups of an operation, that of its valid requests first; none where nothing valid can be made up. */
export function casesOf(operation: FuzzOperation, making: Making, hasCredentials: boolean): CaseGroup[] {
  const subject = new Subject(operation, making);
  const valid = validCases(subject, hasCredentials);
  if (valid === undefined) return [];
  const { drafts } = valid;
  const strangers: CaseGroup = {
    name: "without credentials",
    isValid: false,
    drafts: drafts.map((draft) => ({ ...draft, hasCredentials: false })),
    holds: () => true,
  };
  const wrong = [
    ...wrongParameters(subject, drafts),
    ...wrongBodies(subject, drafts),
    ...(hasCredentials ? [strangers] : []),
  ];
  return [valid, ...wrong.filter((group) => isPossible(operation, group))];
}

/** Not everything that is wrong in JSON can be written elsewhere: any text is a string. */
function isPossible(operation: FuzzOperation, { drafts, holds }: CaseGroup): boolean {
  const isWrong = (draft: Draft): boolean => {
    try {
      return holds(draft) && writeDraft(operation, draft) !== undefined;
    } catch (error) {
      if (error instanceof Unwritable) return false;
      throw error;
    }
  };
  return SAMPLES.some((numRuns) => fc.sample(drafts, { numRuns, seed: numRuns }).some(isWrong));
}
