import { describe, expect, test } from "vitest";
import type { Operation } from "../snapshot.ts";
import { operationOf } from "./snapshot.fixture.ts";
import { successorLine } from "./successor-link.ts";

const VALUES: Readonly<Record<string, string>> = { bill: "a b", id: "7" };

/** The line for a request of `template` with these values; undefined where no line can be made of any. */
function lineOf(
  template: string,
  successor: string | null,
  bind: Operation["bind"] = [],
): string | undefined {
  const line = successorLine(
    operationOf(`GET ${template}`, {
      bind,
      deprecation: { since: 0, sunset: null, successor, documentation: null },
    }),
  );
  return line?.({ params: new Map(Object.entries(VALUES)) } as unknown as Parameters<typeof line>[0]);
}

describe("a successor with names", () => {
  test("is filled in by the operation's own names, encoded", () => {
    expect(lineOf("/old/{bill}", "/new/{bill}")).toBe('Link: </new/a%20b>; rel="successor-version"\r\n');
  });

  test("by what an input is bound to, or by a constant", () => {
    const to = (name: string) => ({ in: "path", name }) as const;
    expect(lineOf("/bills/{bill}", "/orders/{number}", [{ to: to("number"), from: to("bill") }])).toBe(
      'Link: </orders/a%20b>; rel="successor-version"\r\n',
    );
    expect(lineOf("/x/{bill}", "/{tenant}/{bill}", [{ to: to("tenant"), from: { constant: "acme" } }])).toBe(
      'Link: </acme/a%20b>; rel="successor-version"\r\n',
    );
  });

  test("one name left over takes the one value left over", () => {
    expect(lineOf("/a/{bill}/{id}", "/b/{bill}/{number}")).toBe(
      'Link: </b/a%20b/7>; rel="successor-version"\r\n',
    );
  });

  test.each([
    ["without a value for a name", "/a", "/b/{number}"],
    ["that is the operation itself", "/a/{id}", "/a/{id}"],
    ["without names, which is said without asking", "/a/{id}", "/b"],
    ["that is none", "/a/{id}", null],
  ])("there is none %s", (_why, template, successor) => {
    expect(lineOf(template, successor)).toBeUndefined();
  });
});
