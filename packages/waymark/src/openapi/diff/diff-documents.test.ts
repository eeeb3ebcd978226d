import { describe, expect, it } from "vitest";
import { diffDocuments } from "./diff-documents.ts";
import { appPairs } from "./pairs/apps.fixture.ts";
import { dialectPairs } from "./pairs/dialects.fixture.ts";
import { messagePairs } from "./pairs/messages.fixture.ts";
import { operationPairs } from "./pairs/operations.fixture.ts";

const today = new Date("2026-02-01T12:00:00Z");
const pairs = [...operationPairs, ...messagePairs, ...dialectPairs, ...appPairs];

describe("pairs of documents with known changes: all are named, none is invented", () => {
  it.each(pairs)("$name", ({ before, after, changes }) => {
    const found = diffDocuments(before, after, { today }).map(
      ({ kind, code, at }) => `${kind} ${code} ${at}`,
    );
    expect(found.toSorted()).toEqual(changes.map((each) => each.join(" ")).toSorted());
  });

  it.each(pairs)("nothing changed between a document and itself: $name", ({ before, after }) => {
    expect(diffDocuments(before, structuredClone(before))).toEqual([]);
    expect(diffDocuments(after, structuredClone(after))).toEqual([]);
  });
});
