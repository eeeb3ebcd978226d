import { expect, it } from "vitest";
import { NOTHING_SENT, WireError } from "./wire-error.ts";

const sent = { ...NOTHING_SENT, phase: "head", bytesSent: true } as const;

it("says whether a request can be sent again", () => {
  const facts = ({ isUnsent, isStale, isTimeout }: WireError): boolean[] => [isUnsent, isStale, isTimeout];
  expect(facts(new WireError("CONNECT_FAILED", "", { ...NOTHING_SENT, phase: "connect" }))).toEqual([
    true,
    false,
    false,
  ]);
  expect(facts(new WireError("CONNECT_TIMEOUT", "", { ...NOTHING_SENT, phase: "connect" }))).toEqual([
    true,
    false,
    true,
  ]);
  expect(facts(new WireError("RESET", "", sent))).toEqual([false, false, false]);
  const reused = { ...sent, isReusedConnection: true };
  expect(facts(new WireError("RESET", "", reused))).toEqual([false, true, false]);
  expect(facts(new WireError("FIRST_BYTE_TIMEOUT", "", reused))).toEqual([false, false, true]);
  expect(facts(new WireError("MALFORMED", "", { ...reused, responseBegun: true }))).toEqual([
    false,
    false,
    false,
  ]);
  expect(facts(new WireError("RESET", "", { ...reused, responseBegun: true }))).toEqual([
    false,
    false,
    false,
  ]);
});
