import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeEvent, type ServerEvent } from "./sse.ts";

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

  test("what was encoded is what a browser reads, and one event", () => {
    const texts = fc.string({
      unit: fc.constantFrom("a", "\r", "\n", "\r\n", ":", " ", "\u2028", "\0", "é", "data: ", "id: "),
    });
    const line = texts.map((text) => text.replace(/[\r\n\0]/g, ""));
    fc.assert(
      fc.property(texts, line, line, (data, event, id) => {
        expect(decode(encodeEvent({ data, event, id }))).toEqual([
          { data: data.replace(/\r\n?/g, "\n"), event, id },
        ]);
      }),
    );
  });
});

/** The parser of WHATWG HTML §9.2.6. */
function decode(text: string): ServerEvent[] {
  const events: ServerEvent[] = [];
  let data: string[] = [];
  let event = "";
  let id = "";
  for (const line of text.split(/\r\n|\r|\n/).slice(0, -1)) {
    if (line === "") {
      events.push({ data: data.join("\n"), event, id });
      data = [];
      event = "";
      continue;
    }
    const [, name, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) as unknown as [string, string, string];
    if (name === "data") data.push(value);
    else if (name === "event") event = value;
    else if (name === "id") id = value;
  }
  return events;
}
