import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Dispatched, EventDecoder } from "./event-decoder.fixture.ts";
import { encodeEvent, event, type ServerEvent } from "./sse.ts";

describe("encodeEvent", () => {
  test.each<[ServerEvent, string]>([
    [{ data: "hello" }, "data: hello\n\n"],
    [
      { data: { a: 1 }, event: "add", id: "7", retry: 1000 },
      'event: add\nid: 7\nretry: 1000\ndata: {"a":1}\n\n',
    ],
    [{ data: "a\r\nb\rc\nd" }, "data: a\ndata: b\ndata: c\ndata: d\n\n"],
    [{ data: "" }, "data: \n\n"],
    [{ comment: "still\nhere" }, ": still\n: here\n\n"],
  ])("%j", (event, text) => {
    expect(encodeEvent(event)).toBe(text);
  });

  test.each<ServerEvent>([
    { event: "a\ndata: b" },
    { event: "a\r" },
    { id: "a\nb" },
    { id: "\0" },
    { retry: 1.5 },
    { retry: -1 },
    { retry: Number.NaN },
  ])("%j cannot be sent", (event) => {
    expect(() => encodeEvent(event)).toThrow(TypeError);
  });

  test.each<[unknown, RegExp]>([
    [{ data: () => 1 }, /function has no form in JSON/],
    [{ id: 5 }, /id of a server-sent event is text, not number/],
    [{ event: null }, /event of a server-sent event is text/],
  ])("%j is refused in words", (event, told) => {
    expect(() => encodeEvent(event as ServerEvent)).toThrow(told);
  });

  test("nothing to say is nothing sent", () => {
    expect(encodeEvent({})).toBe("");
    expect(encodeEvent(event({}))).toBe("");
  });

  test("what was encoded is what a browser reads, wherever the stream is cut", { timeout: 30_000 }, () => {
    const texts = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          "a",
          "\r",
          "\n",
          "\r\n",
          ":",
          " ",
          "\u2028",
          "\0",
          "é",
          "\uFEFF",
          "data: ",
          "id: ",
          "retry: 1",
        ),
        fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      ),
      maxLength: 12,
    });
    const line = texts.map((text) => text.replace(/[\r\n\0]/g, ""));
    const events = fc.array(
      fc.record(
        {
          data: fc.oneof(texts, fc.jsonValue({ maxDepth: 1 })),
          event: line,
          id: line,
          retry: fc.nat(),
          comment: texts,
        },
        { requiredKeys: [] },
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(events, fc.nat({ max: 60 }), (sent, cut) => {
        const text = sent.map((each) => encodeEvent(each)).join("");
        const decoder = new EventDecoder().add(text.slice(0, cut)).add(text.slice(cut));
        let lastEventId = "";
        const expected: Dispatched[] = [];
        for (const { data, event: type = "", id = lastEventId } of sent) {
          lastEventId = id;
          if (data === undefined) continue;
          const said = typeof data === "string" ? data : JSON.stringify(data);
          expected.push({
            type: type === "" ? "message" : type,
            data: said.replace(/\r\n?/g, "\n"),
            lastEventId,
          });
        }
        expect(decoder.dispatched).toEqual(expected);
        expect(decoder.retry).toBe(sent.findLast(({ retry }) => retry !== undefined)?.retry);
      }),
      { numRuns: 2000 },
    );
  });
});
