import { describe, expect, test } from "vitest";
import { BareExchange, type BareRequest } from "./bare-exchange.fixture.ts";
import { type BodyFormat, JSON_FORMAT, readBody, readJson } from "./body.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

const post = (type: string | undefined, body: string, more: BareRequest["headers"] = []): BareExchange =>
  new BareExchange({
    method: "POST",
    body,
    headers: [...(type === undefined ? [] : [["content-type", type] as const]), ...more],
  });
const read = (exchange: BareExchange): unknown => readJson(exchange, DEFAULT_LIMITS);

describe("readBody", () => {
  test("gives the value without a promise when the bytes are there", () => {
    expect(read(post("application/json", '{"a":1}'))).toEqual({ a: 1 });
  });

  test("gives a promise when they are not", async () => {
    class Late extends BareExchange {
      protected override readBody(): never {
        return Promise.resolve(new TextEncoder().encode("[1]")) as never;
      }
    }
    const value = readJson(new Late({ headers: [["content-type", "application/json"]] }), DEFAULT_LIMITS);
    expect(value).toBeInstanceOf(Promise);
    expect(await value).toEqual([1]);
  });

  test.each([undefined, "text/plain", "", "__proto__", "application/json, application/json"])(
    "Content-Type %j is 415 with what to send",
    (type) => {
      expect(() => read(post(type, "{}"))).toThrow(
        expect.objectContaining({ status: 415, detail: expect.stringContaining("send application/json") }),
      );
    },
  );

  test("a content coding is 415, and the reply says why", () => {
    for (const coding of ["gzip", "br", "gzip, gzip", "x"])
      expect(() => read(post("application/json", "{}", [["content-encoding", coding]]))).toThrow(
        expect.objectContaining({ status: 415, headers: { "accept-encoding": "identity" } }),
      );
    expect(read(post("application/json", "{}", [["content-encoding", "identity"]]))).toEqual({});
  });

  test("the first format that accepts reads", () => {
    const lines: BodyFormat = {
      mediaType: "text/plain",
      accepts: (type) => type === "text/plain",
      parse: (bytes) => new TextDecoder().decode(bytes).split("\n"),
    };
    expect(readBody(post("text/plain", "a\nb"), [JSON_FORMAT, lines], DEFAULT_LIMITS)).toEqual(["a", "b"]);
    expect(() => readBody(post("a/b", ""), [JSON_FORMAT, lines], DEFAULT_LIMITS)).toThrow(
      expect.objectContaining({ detail: expect.stringContaining("send application/json or text/plain") }),
    );
  });
});
