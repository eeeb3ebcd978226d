import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mountPlace } from "./mounted.ts";

describe("the place below a mount", () => {
  it.each([
    ["/x/{rest:path}", "/x/a/b", "/x", "/a/b"],
    ["/x/{rest:path}", "/x/", "/x", "/"],
    ["/x", "/x", "/x", "/"],
    ["/{rest:path}", "/", "", "/"],
    ["/{rest:path}", "//a", "", "//a"],
    ["/t/{id}/x/{rest:path}", "/t/a%2Fb/%78/c%2Fd", "/t/a%2Fb/%78", "/c%2Fd"],
  ])("%s: %s is %s and %s", (template, path, base, rest) => {
    expect(mountPlace(template, path, true)).toEqual({ base, path: rest });
    expect(mountPlace(template, path, false)).toEqual({ base: "", path });
  });

  it("loses no byte of what was sent", () => {
    const segment = fc.stringMatching(/^[\w%.;:@-]{0,5}$/);
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 4 }),
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        (own, rest) => {
          const template = `${own.map((_, index) => `/{p${index}}`).join("")}/{rest:path}`;
          const path = `/${[...own, ...rest].join("/")}`;
          const place = mountPlace(template, path, true);
          expect(place.base + place.path).toBe(path);
          expect(place.base.split("/").length - 1).toBe(own.length);
        },
      ),
    );
  });
});
