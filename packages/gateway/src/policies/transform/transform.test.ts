import { HttpError } from "waymark/internal";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call, PolicyKind, UpstreamReply } from "../../call.ts";
import { callOf, contextOf, jsonOf, principalOf, replyOf, type TestRequest } from "../call.fixture.ts";
import { fieldValue } from "./field-value.ts";
import { queryKind } from "./query.ts";
import { requestHeadersKind } from "./request-headers.ts";
import { responseBodyKind } from "./response-body.ts";
import { responseFilterKind } from "./response-filter.ts";
import { responseHeadersKind } from "./response-headers.ts";
import { rewriteBodyKind } from "./rewrite-body.ts";
import { template } from "./template.ts";

function run(kind: PolicyKind, options: object, request: TestRequest): Call {
  const call = callOf(request);
  void kind.step(options, contextOf())!.run!(call);
  return call;
}
function respond(
  kind: PolicyKind,
  options: object,
  reply: UpstreamReply,
  request: TestRequest = {},
): unknown {
  const change = kind.step(options, contextOf())!.respond!(callOf(request), reply);
  return jsonOf(change as never);
}

describe("requestHeaders", () => {
  it("removes, renames, sets and adds, in this order", () => {
    const { upstreamHeaders } = run(
      requestHeadersKind,
      {
        remove: ["X-Debug"],
        rename: { "X-Old": "X-New" },
        set: { "X-Env": "prod" },
        add: { Via: "waymark", "X-New": "b" },
      },
      {
        headers: [
          ["x-debug", "1"],
          ["x-old", "a"],
          ["via", "1.1 cdn"],
        ],
      },
    );
    expect(Object.fromEntries(upstreamHeaders)).toEqual({
      "x-debug": null,
      "x-old": null,
      "x-new": "a, b",
      "x-env": "prod",
      via: "1.1 cdn, waymark",
    });
  });

  it("fills in values of the request, and leaves out what has none", () => {
    const set = {
      "x-a": "${consumer.id}/${path.id}/${claim.tenant}",
      "x-b": "${claim.none}",
      "x-c": "$$5 ${ip}",
      "x-d": "${query.q} ${header.X-H} ${cookie.c}",
    };
    const request = {
      params: { id: "7" },
      search: "q=1",
      headers: [
        ["x-h", "2"],
        ["cookie", "c=3"],
      ] as const,
      principal: principalOf({ claims: { tenant: "t" } }),
    };
    const { upstreamHeaders } = run(requestHeadersKind, { set }, request);
    expect(Object.fromEntries(upstreamHeaders)).toEqual({
      "x-a": "mobile/7/t",
      "x-b": null,
      "x-c": "$5 192.0.2.1",
      "x-d": "1 2 3",
    });
  });

  it("lets nothing out that HTTP cannot carry, whatever a request holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (id) => {
        const { upstreamHeaders } = run(
          requestHeadersKind,
          { set: { "x-id": "a${path.id}" } },
          { params: { id } },
        );
        expect(upstreamHeaders.get("x-id")).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
    expect(fieldValue("a\r\nx: 1")).toBe("a%0D%0Ax%3A%201");
    expect(fieldValue("\ud800")).toBe("%EF%BF%BD");
  });

  it.each([
    [{ set: { "bad name": "x" } }, "is not a header field name"],
    [{ set: { "x-a": "a\nb" } }, "cannot carry"],
    [{ set: { Connection: "x" } }, "for the gateway itself"],
    [{ rename: { "x-a": "Content-Length" } }, "for the gateway itself"],
    [{ set: { "x-a": "${env.SECRET}" } }, "is not known"],
    [{ set: { "x-a": "${claim.}" } }, "is not known"],
    [{ set: { "x-a": "${constructor}" } }, "is not known"],
    [{ set: { "x-a": "${constructor.x}" } }, "is not known"],
  ])("refuses %j", (options, message) => expect(requestHeadersKind.check!(options)).toContain(message));
});

describe("responseHeaders", () => {
  it("changes what the client gets of the upstream's reply", () => {
    const call = callOf({ params: { id: "7" } });
    const options = {
      remove: ["Server"],
      rename: { "x-old": "x-new" },
      set: { "x-id": "${path.id}" },
      add: { vary: "Accept" },
    };
    void responseHeadersKind.step(options, contextOf())!.respond!(
      call,
      replyOf(200, {}, { server: "x", "x-old": "1", vary: "Origin" }),
    );
    expect(Object.fromEntries(call.replyHeaders)).toEqual({
      server: null,
      "x-old": null,
      "x-new": "1",
      "x-id": "7",
      vary: "Origin, Accept",
    });
  });
});

describe("query", () => {
  it("changes what it names, and leaves the other bytes", () => {
    const options = {
      remove: ["debug"],
      rename: { q: "search" },
      set: { page: "${path.page}", tenant: "${claim.none}" },
    };
    const call = run(queryKind, options, {
      search: "a=%7e+&debug=1&q=x%20y&de%62ug=2&tenant=evil&z",
      params: { page: "1&2" },
    });
    expect(call.upstreamSearch).toBe("a=%7e+&search=x%20y&z&page=1%262");
  });
  it("sets a value once, where the first one stood", () => {
    expect(run(queryKind, { set: { a: "n" } }, { search: "x=1&a=1&y=2&a=2" }).upstreamSearch).toBe(
      "x=1&a=n&y=2",
    );
  });
});

const JSON_HEADERS = [["content-type", "application/json"]] as const;

describe("rewriteBody", () => {
  const rewritten = (options: object, body: string, request: TestRequest = {}): string | undefined => {
    const { upstreamBody } = run(rewriteBodyKind, options, {
      method: "POST",
      headers: JSON_HEADERS,
      body,
      ...request,
    });
    return upstreamBody === undefined ? undefined : new TextDecoder().decode(upstreamBody);
  };

  it("removes, renames and sets members", () => {
    const options = {
      remove: ["/debug", "/items/*/cost", "/list/0"],
      rename: { "/old": "new", "/items/*/n": "name" },
      set: {
        "/tenant": "${claim.tenant}",
        "/a/b/c": { x: 1 },
        "/items/*/seen": true,
        "/list/-": 9,
        "/gone": "${claim.none}",
      },
    };
    const body = JSON.stringify({
      debug: 1,
      old: 2,
      gone: 3,
      list: [1, 2],
      items: [{ n: "a", cost: 1 }, { n: "b" }],
    });
    expect(rewritten(options, body, { principal: principalOf({ claims: { tenant: "t" } }) })).toBe(
      '{"new":2,"list":[2,9],"items":[{"name":"a","seen":true},{"name":"b","seen":true}],"tenant":"t","a":{"b":{"c":{"x":1}}}}',
    );
  });

  it("keeps numbers as they were written", () => {
    const body =
      '{"id":9007199254740993,"price":1.10,"big":1e400,"text":"12345678901234567890 \\" 1.10","x":1}';
    expect(rewritten({ remove: ["/x"] }, body)).toBe(
      '{"id":9007199254740993,"price":1.10,"big":1e400,"text":"12345678901234567890 \\" 1.10"}',
    );
  });

  it("changes nothing of any JSON that it is not asked to change", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(rewritten({ remove: ["/nobody has this"] }, text)!)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("takes names that objects inherit for names like any other", () => {
    expect(rewritten({ set: { "/__proto__": 1, "/constructor/x": 2 } }, "{}")).toBe(
      '{"__proto__":1,"constructor":{"x":2}}',
    );
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("leaves what is no JSON, and refuses what says that it is", () => {
    expect(rewritten({ remove: ["/x"] }, "{", { headers: [["content-type", "text/plain"]] })).toBeUndefined();
    expect(() => rewritten({ remove: ["/x"] }, "{")).toThrow(HttpError);
    expect(() =>
      rewritten({ remove: ["/x"] }, "{}", { headers: [...JSON_HEADERS, ["content-encoding", "gzip"]] }),
    ).toThrow(HttpError);
  });

  it("says at once what is no pointer", () => {
    expect(rewriteBodyKind.check!({ remove: ["x"] })).toContain("is no JSON pointer");
    expect(rewriteBodyKind.check!({ set: { "/a~2": 1 } })).toContain("is no JSON pointer");
  });
});

describe("responseBody", () => {
  it("changes the JSON that the client gets", () => {
    expect(
      respond(
        responseBodyKind,
        { remove: ["/a"], set: { "/by": "${service}" } },
        replyOf(200, { a: 1, b: 2 }),
      ),
    ).toEqual({ b: 2, by: "orders" });
  });
});

describe("responseFilter", () => {
  const VALUE = {
    id: 1,
    secret: "x",
    items: [
      { name: "a", cost: 1, deep: { a: 1, b: 2 } },
      { name: "b", cost: 2 },
    ],
  };

  it("keeps what it names, and no more", () => {
    expect(
      respond(responseFilterKind, { keep: ["/id", "/items/*/name", "/items/*/deep/a"] }, replyOf(200, VALUE)),
    ).toEqual({
      id: 1,
      items: [{ name: "a", deep: { a: 1 } }, { name: "b" }],
    });
    expect(respond(responseFilterKind, { keep: ["/*/name"] }, replyOf(200, VALUE.items))).toEqual([
      { name: "a" },
      { name: "b" },
    ]);
    expect(respond(responseFilterKind, { keep: ["/nothing"] }, replyOf(200, VALUE))).toEqual({});
    // A text where an object was expected is not what was asked for.
    expect(respond(responseFilterKind, { keep: ["/secret/id"] }, replyOf(200, VALUE))).toEqual({});
    expect(respond(responseFilterKind, { keep: ["/id"] }, replyOf(200, '"text"'))).toBe("text");
  });

  it("removes what it names", () => {
    expect(
      respond(
        responseFilterKind,
        { remove: ["/secret", "/items/*/cost", "/items/0/deep"] },
        replyOf(200, VALUE),
      ),
    ).toEqual({
      id: 1,
      items: [{ name: "a" }, { name: "b" }],
    });
  });

  it("lets nothing pass that it could not read", () => {
    const filter = (reply: UpstreamReply): unknown =>
      respond(responseFilterKind, { remove: ["/secret"] }, reply);
    expect(() => filter(replyOf(200, '{"secret":'))).toThrow(HttpError);
    expect(() => filter({ ...replyOf(200, {}), body: undefined })).toThrow(HttpError);
    expect(filter(replyOf(200, "<secret/>", { "content-type": "text/html" }))).toBeUndefined();
    expect(filter({ ...replyOf(304, ""), body: new Uint8Array() })).toBeUndefined();
  });
});

describe("a template", () => {
  it("without a value in it is that text", () =>
    expect(template("plain $$ {x}")(callOf({}))).toBe("plain $ {x}"));
  it("knows whom it is for", () => {
    const call = callOf({ method: "PUT", principal: principalOf({ scopes: ["a", "b"] }) });
    expect(template("${method} ${operation.id} ${service} ${principal.id} ${principal.scopes}")(call)).toBe(
      "PUT orders:readOrder orders consumer:mobile a b",
    );
  });
});
