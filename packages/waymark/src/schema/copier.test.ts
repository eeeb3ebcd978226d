import fc from "fast-check";
import { expect, test } from "vitest";
import { copier, type Member } from "./copier.ts";

const key = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    '"',
    "\\",
    '"]; throw 1; //',
    "`${1}`",
    "\u2028",
    "\u2029",
    "\n",
    "*/",
    "value",
    "filters",
    "member",
    "",
    "0",
  ),
);

test("the generated copier and the loop copy the same, whatever the keys", () => {
  const member: fc.Arbitrary<Member> = fc.record({
    key,
    filter: fc.constantFrom(undefined, () => ({ filtered: true })),
  });
  const members = fc.uniqueArray(member, { selector: (each) => each.key });
  const value = fc.constantFrom(1, "x", null, undefined, { deep: 1 }, [1]);
  fc.assert(
    fc.property(members, fc.array(fc.tuple(key, value)), value, (declared, others, same) => {
      const entries = [...others, ...declared.slice(1).map((each) => [each.key, same] as const)];
      const object = Object.fromEntries(entries) as unknown;
      const generated = JSON.stringify(copier(declared, true)(object));
      expect(generated).toBe(JSON.stringify(copier(declared, false)(object)));
      const present = declared.filter((each) => Object.hasOwn(object as object, each.key) && (object as Record<string, unknown>)[each.key] !== undefined); // prettier-ignore
      expect(new Set(Object.keys(JSON.parse(generated) as object))).toEqual(
        new Set(present.map((each) => each.key)),
      );
    }),
    { numRuns: 1000 },
  );
});
