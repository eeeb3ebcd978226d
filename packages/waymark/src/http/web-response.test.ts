import { describe, expect, test } from "vitest";
import { BareExchange } from "./bare-exchange.fixture.ts";
import { writeWebResponse } from "./web-response.ts";

describe("writeWebResponse", () => {
  test("status, fields and body are taken over; what was set stays", async () => {
    const exchange = new BareExchange();
    exchange.setField("x-kept", "1");
    exchange.setField("x-one", "old");
    exchange.appendField("set-cookie", "a=1");
    const response = Response.json(
      { a: 1 },
      {
        status: 202,
        headers: [
          ["x-one", "new"],
          ["set-cookie", "b=2"],
          ["set-cookie", "c=3"],
        ],
      },
    );
    writeWebResponse(exchange, response);
    expect([exchange.status, exchange.contentType, await exchange.text()]).toEqual([
      202,
      "application/json",
      '{"a":1}',
    ]);
    expect(exchange.fields).toEqual([
      "x-kept",
      "1",
      "set-cookie",
      "a=1",
      "set-cookie",
      "b=2",
      "set-cookie",
      "c=3",
      "x-one",
      "new",
    ]);
  });

  test("without a body there is none", () => {
    const exchange = new BareExchange();
    writeWebResponse(exchange, new Response(null, { status: 204 }));
    expect([exchange.status, exchange.payload, exchange.contentType]).toEqual([204, null, null]);
    writeWebResponse(exchange, Response.redirect("http://localhost/a", 308));
    expect([exchange.status, exchange.getField("location")]).toEqual([308, "http://localhost/a"]);
  });

  test("fields of another connection are left out", () => {
    const exchange = new BareExchange();
    writeWebResponse(
      exchange,
      new Response("a", {
        headers: {
          connection: "keep-alive",
          "keep-alive": "timeout=5",
          "transfer-encoding": "chunked",
          "content-encoding": "gzip",
          "content-length": "1",
        },
      }),
    );
    expect(exchange.fields).toEqual(["content-encoding", "gzip", "content-length", "1"]);
  });

  test("what fetch has decoded is not called encoded", () => {
    const fetched = new Response("text", {
      headers: { "content-encoding": "gzip", "content-length": "9", etag: '"x"' },
    });
    Object.defineProperty(fetched, "url", { value: "http://upstream/" });
    const exchange = new BareExchange();
    writeWebResponse(exchange, fetched);
    expect(exchange.fields).toEqual(["etag", '"x"']);
  });

  test("a body that was read, and an error response, cannot be sent", async () => {
    const read = new Response("a");
    await read.text();
    expect(() => writeWebResponse(new BareExchange(), read)).toThrow(/read already/);
    expect(() => writeWebResponse(new BareExchange(), Response.error())).toThrow(/error Response/);
  });
});
