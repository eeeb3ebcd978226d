import { type } from "arktype";
import { expect, test } from "vitest";
import { z } from "zod";
import { admitsAbsence } from "./absence.ts";

test.each([
  ["required", z.string(), false],
  ["optional", z.string().optional(), true],
  ["defaulted", z.int().default(1), true],
  ["caught", z.int().catch(1), true],
  ["anything", z.unknown(), true],
  ["decided later", z.any().refine(async () => true), undefined], // prettier-ignore
  ["a transformation that throws", z.preprocess((value) => (value as string).trim(), z.string()), undefined],
  ["a morph that throws", type("unknown").pipe((value) => (value as string).trim()), undefined],
])("%s", (_what, schema, admitted) => {
  expect(admitsAbsence(schema)).toBe(admitted);
});
