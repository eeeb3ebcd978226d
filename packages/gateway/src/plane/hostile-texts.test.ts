import { describe, expect, test } from "vitest";
import type { PolicyKind } from "../call.ts";
import { definePolicy } from "../define-policy.ts";
import type { Deprecation } from "../snapshot.ts";
import {
  answering,
  ask,
  DRIVERS,
  gatewayFor,
  type GatewayUnderTest,
  get,
  kindOf,
  OK,
  rawUpstream,
  stepsOfKinds,
  to,
} from "./plane.fixture.ts";
import { operationOf, policyOf, snapshotOf } from "./snapshot.fixture.ts";

const refusing = kindOf("refuse", "authz", {
  run: ({ exchange }) =>
    exchange.search === "" ? undefined : { status: 403, contentType: "text/plain", body: "no" },
});

/** What a document or a policy has put into the fields of replies, however a request is answered. */
async function answers({ port }: GatewayUnderTest): Promise<string[]> {
  return [
    await ask(port, get("/x"), /ok$/),
    await ask(port, "GET http://api.test/x HTTP/1.1\r\nHost: api.test\r\n\r\n", /ok$/),
    await ask(port, get("/x?refused"), /no$/),
    await ask(port, "HEAD /x HTTP/1.1\r\nHost: api.test\r\n\r\n"),
  ];
}

describe.each(DRIVERS)("texts of documents in the fields of replies (%s)", (driver) => {
  async function deprecated(changes: Partial<Deprecation>): Promise<string[]> {
    const upstream = await rawUpstream(({ socket }, text) =>
      socket.write(text.startsWith("HEAD") ? OK.slice(0, -2) : OK),
    );
    const deprecation = { since: 0, sunset: null, successor: null, documentation: null, ...changes };
    const policies = [policyOf("authz", "refuse")];
    const operations = ["GET /x", "HEAD /x"].map((what) => operationOf(what, { deprecation, policies }));
    return answers(
      await gatewayFor(snapshotOf(to(upstream), operations), driver, { stepsOf: stepsOfKinds([refusing]) }),
    );
  }

  test("are encoded as addresses are, in every script", async () => {
    for (const text of await deprecated({ documentation: "https://example.com/документация?a=1#b" }))
      expect(text).toMatch(
        /\r\nlink: <https:\/\/example\.com\/(?:%[0-9A-F]{2})+\?a=1#b>; rel="deprecation"\r\n/i,
      );
    for (const text of await deprecated({ successor: "/заказы" }))
      expect(text).toMatch(/\r\nlink: <\/(?:%[0-9A-F]{2})+>; rel="successor-version"\r\n/i);
  });

  test("begin no field of their own, and end no address", async () => {
    for (const text of await deprecated({
      documentation: 'https://a/\r\nSet-Cookie: evil=1>; rel="x"',
      successor: "/x\r\n\r\nHTTP/1.1 200 OK\ud800",
    })) {
      expect(text).not.toMatch(/^(?:set-cookie|.+rel="x")/im);
      expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
      expect(text.match(/\r\n\r\n/g)).toHaveLength(1);
    }
  });
});

describe.each(DRIVERS)("fields that policies set to what a client sent (%s)", (driver) => {
  const kindFor = (run: Parameters<typeof definePolicy>[0]["run"]): PolicyKind => {
    const { kind, phase, step } = definePolicy({ kind: "echo", phase: "authz", run: run! })["~policy"];
    return { kind, phase, schema: true, step };
  };
  const policies = [policyOf("authz", "echo")];
  async function asking(kind: PolicyKind, ...targets: string[]): Promise<string[]> {
    const upstream = await rawUpstream(answering(OK));
    const under = await gatewayFor(snapshotOf(to(upstream), [operationOf("GET /x", { policies })]), driver, {
      stepsOf: stepsOfKinds([kind]),
    });
    const replies: string[] = [];
    for (const target of targets) replies.push(await ask(under.port, get(target), /ok$|\}$|no$/));
    return replies;
  }
  const NOTES = ["/x?note=%E2%82%AC", "/x?note=a%0d%0aSet-Cookie:%20a=b", "/x?note=%00", "/x?note=fine"];
  const noted = (text: unknown): string => (typeof text === "string" ? text : "");

  test.each([
    ["through PolicyRequest", (name: string) => ({ viaCall: false, name })],
    ["through the call", (name: string) => ({ viaCall: true, name })],
  ])("%s fail that request alone", async (_, how) => {
    const { viaCall, name } = how("x-note");
    const replies = await asking(
      kindFor((request) => {
        const text = noted(request.query("note"));
        if (viaCall) request.call.replyHeaders.set(name, text);
        else request.setReplyHeader(name, text);
      }),
      ...NOTES,
    );
    for (const text of replies.slice(0, 3)) expect(text).toMatch(/^HTTP\/1\.1 500 [^]*\}$/);
    expect(replies.join("")).not.toMatch(/^set-cookie/im);
    expect(replies[3]).toMatch(/^HTTP\/1\.1 200 [^]*\r\nx-note: fine\r\n/i);
  });

  test("are left out of an answer that a policy gives", async () => {
    const early = (
      request: { call: { replyHeaders: Map<string, string | null> } },
      text: unknown,
    ): object => {
      request.call.replyHeaders.set("x-note", noted(text));
      return { status: 403, body: "no" };
    };
    for (const kind of [
      kindFor((request) => early(request, request.query("note")) as { status: number }),
      kindFor(async (request) => {
        await Promise.resolve();
        return early(request, request.query("note")) as { status: number };
      }),
    ]) {
      const replies = await asking(kind, ...NOTES);
      for (const text of replies) expect(text).toMatch(/^HTTP\/1\.1 403 [^]*no$/);
      expect(replies.join("").match(/x-note/gi)).toHaveLength(1);
    }
  });

  test("are not those of framing, nor is a status one of none", async () => {
    for (const run of [
      (request) => request.setReplyHeader("Content-Length", "3"),
      (request) => request.setReplyHeader("transfer-encoding", "chunked"),
      () => ({ status: 101 }),
      () => ({ status: 99_999 }),
      () => ({ status: 200, body: "no", contentType: "a\r\nb: c" }),
    ] as NonNullable<Parameters<typeof definePolicy>[0]["run"]>[])
      expect(await asking(kindFor(run), "/x")).toEqual([expect.stringMatching(/^HTTP\/1\.1 500 [^]*\}$/)]);
  });
});
