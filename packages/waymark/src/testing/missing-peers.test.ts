import { expect, it } from "vitest";
import { explainMissingPeers } from "./missing-peers.ts";

function missing(name: string): Error {
  const from = "/app/node_modules/waymark/dist/testing/fuzz/run.js";
  const error = new Error(`Cannot find package '${name}' imported from ${from}`);
  return Object.assign(error, { code: "ERR_MODULE_NOT_FOUND" });
}

it.each(["fast-check", "ajv", "ajv-formats"])("says what to install where %s is missing", (name) => {
  const cause = missing(name);
  expect(explainMissingPeers(cause)).toMatchObject({
    message:
      "fuzzContract needs fast-check, ajv and ajv-formats: npm install --save-dev fast-check ajv ajv-formats",
    cause,
  });
});

it("leaves other errors as they are", () => {
  for (const cause of [missing("zod"), new Error("Cannot find package 'ajv'"), "text"])
    expect(explainMissingPeers(cause)).toBe(cause);
});
