// Comparing a secret with === ends at the first difference, which a clock can see: digests are compared by sameDigest.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const NAMED =
  /\b\w*(?:secret|token|password|signature|digest|hash|apiKey|credential|fingerprint|stored)\w*\b/i;
/** What is no secret: whether there is one, what type it has, how long it is, and what is written here for all to read. */
const HARMLESS = /^(?:undefined|null|true|false|\d+|"[\w-]*")$/;

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !/\.(?:test|test-d|fixture)\.ts$/.test(name),
);

it("is not broken anywhere here", () => {
  expect(files.length).toBeGreaterThan(40);
  const found = files.flatMap((file) =>
    readFileSync(`${import.meta.dirname}/${file}`, "utf8")
      .split("\n")
      .flatMap((line, index) => {
        if (/^\s*(?:\*|\/\/|\/\*)/.test(line)) return [];
        return [...line.matchAll(/([\w.[\]"-]+)\s*[!=]==?\s*([\w.[\]"-]+)/g)]
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
