import { expect, it } from "vitest";
import { connectionTokens } from "./connection-tokens.ts";

const read = (text: string): ReturnType<typeof connectionTokens> => {
  const bytes = Buffer.from(`<${text}>`, "latin1");
  return connectionTokens(bytes, 1, bytes.length - 1);
};

it.each([
  ["close", true, false, undefined],
  [" Close", true, false, undefined],
  ["keep-alive", false, true, undefined],
  ["KEEP-ALIVE \t", false, true, undefined],
  ["close , keep-alive", true, true, undefined],
  ["", false, false, undefined],
  [", ,", false, false, undefined],
  ["Upgrade", false, false, ["upgrade"]],
  ["keep-alive,\tX-A ,b", false, true, ["x-a", "b"]],
  ["closed", false, false, ["closed"]],
])("reads %j", (text, closes, keepsAlive, names) => {
  expect(read(text)).toEqual({ closes, keepsAlive, names });
});

it.each(["a b", "close x", "a;b", "\xe9", '"close"', "close=1", "a, (b)"])("refuses %j", (text) => {
  expect(read(text)).toBeUndefined();
});
