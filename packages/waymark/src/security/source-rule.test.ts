// Comparing a secret with === ends at the first difference, which a clock can see: secrets are compared by secretEquals.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const NAMED = /\b\w*(?:secret|token|password|signature|challenge|verifier|apiKey|credential)\w*\b/i;
/** What is no secret: whether there is one, what type it has, how long it is, and what is written here for all to read. */
const HARMLESS = /^(?:undefined|null|true|false|\d+|"\w*")$/;

const files = readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith(".ts") && !/\.(?:test|test-d|fixture)\.ts$/.test(name),
);

it("is not broken anywhere here", () => {
  expect(files.length).toBeGreaterThan(20);
  const found = files.flatMap((file) =>
    readFileSync(`${import.meta.dirname}/${file}`, "utf8")
      .split("\n")
      .flatMap((line, index) => {
        if (/^\s*(?:\*|\/\/|\/\*)/.test(line)) return [];
        const compared = [...line.matchAll(/([\w.[\]"]+)\s*[!=]==?\s*([\w.[\]"]+)/g)];
        return compared
          .filter(
            ([, left = "", right = ""]) =>
              !HARMLESS.test(right) &&
              !HARMLESS.test(left) &&
              !/\.length$/.test(left) &&
              (NAMED.test(left) || NAMED.test(right)),
          )
          .map(([text]) => `${file}:${index + 1} ${text}`);
      }),
  );
  expect(found).toEqual([]);
});
