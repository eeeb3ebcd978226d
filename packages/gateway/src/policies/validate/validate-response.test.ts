import { HttpError } from "waymark/internal";
import { describe, expect, it } from "vitest";
import type { UpstreamReply } from "../../call.ts";
import { callOf, contextOf, operationOf, replyOf, type TestCall, type TestContext } from "../call.fixture.ts";
import { validateResponseKind } from "./validate-response.ts";

const ORDER = {
  type: "object",
  required: ["id"],
  properties: { id: { type: "integer" }, secret: { type: "string", writeOnly: true } },
} as const;
const RESPONSES = {
  "200": { content: { "application/json": { schema: ORDER } } },
  "204": { content: {} },
  "4XX": { content: { "application/problem+json": { schema: { type: "object", required: ["title"] } } } },
};

function judging(mode?: string): {
  readonly context: TestContext;
  ask(reply: UpstreamReply): { status: number | undefined; call: TestCall };
} {
  const context = contextOf({ operation: operationOf({ responses: RESPONSES }) });
  const step = validateResponseKind.step(mode === undefined ? {} : { mode }, context)!;
  return {
    context,
    ask(reply) {
      const call = callOf({}, context);
      try {
        expect(step.respond!(call, reply)).toBeUndefined();
        return { status: undefined, call };
      } catch (error) {
        if (error instanceof HttpError) return { status: error.status, call };
        throw error;
      }
    },
  };
}

describe("validateResponse", () => {
  it.each<readonly [string, UpstreamReply, boolean]>([
    ["a reply that fits", replyOf(200, { id: 1 }), true],
    ["a member of the wrong type", replyOf(200, { id: "1" }), false],
    ["a member that is missing", replyOf(200, {}), false],
    ["no JSON", replyOf(200, "{"), false],
    ["a media type that is not documented", replyOf(200, { id: 1 }, { "content-type": "text/html" }), false],
    ["a success that is not documented", replyOf(201, { id: 1 }), false],
    [
      "an error by its range",
      replyOf(404, { title: "x" }, { "content-type": "application/problem+json" }),
      true,
    ],
    ["an error that does not fit", replyOf(404, {}, { "content-type": "application/problem+json" }), false],
    ["an error that nobody knows", replyOf(500, "oops", { "content-type": "text/plain" }), true],
    ["no body", { status: 204, headers: new Map(), body: new Uint8Array() }, true],
    [
      "a stream",
      { status: 200, headers: new Map([["content-type", "application/json"]]), body: undefined },
      true,
    ],
  ])("%s", (_, reply, fits) => {
    expect(judging("enforce").ask(reply).status).toBe(fits ? undefined : 502);
    const logged = judging().ask(reply);
    expect(logged.status).toBeUndefined();
    expect(logged.call.log["invalidResponse"] === undefined).toBe(fits);
  });

  it("says where, which operation, and nothing of the reply", () => {
    const { context, ask } = judging("log");
    expect(ask(replyOf(200, { id: "secret" })).call.log["invalidResponse"]).toEqual({
      pointer: "#/id",
      message: "must be integer",
    });
    for (let i = 0; i < 10; i++) ask(replyOf(200, { id: "secret" }));
    expect(context.reports).toEqual([
      "orders:readOrder: a reply 200 does not fit the document: #/id must be integer",
    ]);
  });

  it("is nothing where it is off", () => {
    expect(validateResponseKind.step({ mode: "off" }, contextOf())).toBeUndefined();
  });
});
