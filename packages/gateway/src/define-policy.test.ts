import { HttpError } from "waymark/internal";
import { describe, expect, it } from "vitest";
import type { Step, StepContext } from "./call.ts";
import { definePolicy, type DefinedPolicy } from "./define-policy.ts";
import {
  callOf,
  contextOf,
  jsonOf,
  operationOf,
  policy,
  principalOf,
  refusalOf,
  replyOf,
  runAll,
  type TestRequest,
} from "./policies/call.fixture.ts";
import { loadPolicies, loadPolicy } from "./policies/load-policies.ts";
import { stepsOf } from "./policies/steps-of.ts";

const stepOf = (defined: DefinedPolicy, options: object = {}, context: StepContext = contextOf()): Step =>
  defined["~policy"].step(options as Readonly<Record<string, unknown>>, context)!;

const json = (value: unknown): TestRequest => ({
  method: "POST",
  body: JSON.stringify(value),
  headers: [["content-type", "application/json"]],
});
const FOLDER = `${import.meta.dirname}/policies`;

describe("definePolicy", () => {
  it("judges a request without a promise where it can", async () => {
    const step = stepOf(
      definePolicy({
        kind: "a",
        phase: "deny",
        run: ({ method }) => (method === "TRACE" ? new HttpError(405) : undefined),
      }),
    );
    expect(step.run!(callOf({}))).toBeUndefined();
    expect((await refusalOf([step], callOf({ method: "TRACE" })))?.status).toBe(405);
    const slow = stepOf(
      definePolicy({
        kind: "a",
        phase: "deny",
        run: async () => {
          throw new HttpError(403);
        },
      }),
    );
    expect((await refusalOf([slow], callOf({})))?.status).toBe(403);
  });

  it("sees the request, and changes what goes on and what comes back", () => {
    const call = callOf({
      search: "q=1",
      headers: [["x-a", "b"]],
      params: { id: "7" },
      principal: principalOf(),
    });
    const seen: unknown[] = [];
    void stepOf(
      definePolicy({
        kind: "a",
        phase: "request",
        run(request) {
          seen.push(
            request.header("X-A"),
            request.query("q"),
            request.params.get("id"),
            request.principal?.consumer,
            request.body,
            request.clientAddress,
            request.operation.id,
            request.service.name,
          );
          request.setHeader("X-Seen", "1");
          request.setReplyHeader("X-Reply", "2");
        },
      }),
    ).run!(call);
    expect(seen).toEqual(["b", "1", "7", "mobile", undefined, "192.0.2.1", "orders:readOrder", "orders"]);
    expect([call.upstreamHeaders.get("x-seen"), call.replyHeaders.get("x-reply")]).toEqual(["1", "2"]);
  });

  it("may reply in the place of the upstream", async () => {
    const replying = (reply: object): Step =>
      stepOf(definePolicy({ kind: "a", phase: "request", run: () => reply as { status: number } }));
    expect(await runAll([replying({ status: 200, body: { a: 1 } })], callOf({}))).toEqual({
      status: 200,
      contentType: "application/json",
      body: '{"a":1}',
    });
    expect(
      await runAll([replying({ status: 200, body: "x", contentType: "text/html" })], callOf({})),
    ).toEqual({ status: 200, contentType: "text/html", body: "x" });
    expect(await runAll([replying({ status: 304 })], callOf({}))).toEqual({
      status: 304,
      contentType: null,
      body: null,
    });
  });

  it("replies with a final status and a media type that HTTP can carry", () => {
    const replying = (reply: { readonly status: number; readonly contentType?: string }): unknown =>
      stepOf(definePolicy({ kind: "a", phase: "request", run: () => reply })).run!(callOf({}));
    for (const status of [103, 600, 200.5, Number.NaN])
      expect(() => replying({ status })).toThrow(
        `gave the status ${status}: a reply has one from 200 to 599`,
      );
    expect(() => replying({ status: 200, contentType: "a\r\nb: c" })).toThrow(TypeError);
  });

  it("leaves the framing of replies to the gateway", () => {
    const setting = (name: string): unknown =>
      stepOf(
        definePolicy({
          kind: "a",
          phase: "request",
          run: (request) => request.setReplyHeader(name, "1"),
        }),
      ).run!(callOf({}));
    for (const name of ["Content-Length", "transfer-encoding", "Connection", "Upgrade"])
      expect(() => setting(name)).toThrow("A policy cannot set the field");
    expect(() => setting("x-a")).not.toThrow();
  });

  it("changes replies in the phase of replies", () => {
    const step = stepOf(
      definePolicy({
        kind: "a",
        phase: "response",
        needs: ["response-body"],
        respond: (_, { value, status }) => ({ status: status + 1, body: { was: value } }),
      }),
    );
    const change = step.respond!(callOf({}), replyOf(200, [1])) as { status: number; body: Uint8Array };
    expect([change.status, jsonOf(change)]).toEqual([201, { was: [1] }]);
  });

  it("is prepared once for each operation, or not there at all", () => {
    const prepared: string[] = [];
    const defined = definePolicy({
      kind: "a",
      phase: "deny",
      prepare(options: { readonly only?: string }, operation) {
        prepared.push(operation.id);
        return options.only === operation.id ? { run: () => new HttpError(403) } : undefined;
      },
    });
    expect(defined["~policy"].step({ only: "orders:other" }, contextOf())).toBeUndefined();
    expect(defined["~policy"].step({ only: "orders:readOrder" }, contextOf())).toBeDefined();
    expect(prepared).toEqual(["orders:readOrder", "orders:readOrder"]);
  });

  it("that does nothing is a mistake", () => {
    expect(() => definePolicy({ kind: "a", phase: "deny" })).toThrow("does nothing");
    expect(() => stepOf(definePolicy({ kind: "a", phase: "response", run: () => undefined }))).toThrow(
      "has no respond",
    );
    expect(() => stepOf(definePolicy({ kind: "a", phase: "deny", respond: () => undefined }))).toThrow(
      "has no run",
    );
  });
});

describe("use", () => {
  it("runs a module's policy with what it is told, in the module's own phase", async () => {
    const use = policy("use", "request", { module: "./fraud.fixture.ts", with: { most: 5 } });
    const deny = policy("use", "request", { module: "./fraud.fixture.ts", export: "named" });
    const modules = await loadPolicies([use, deny], FOLDER);
    const context = contextOf({ operation: operationOf({ policies: [use] }), modules });
    const steps = stepsOf(context.operation, context).filter(({ kind }) => kind === "fraud");
    expect(steps.map(({ needs }) => needs)).toEqual([["body"]]);
    expect((await refusalOf(steps, callOf(json({ amount: 6 }), context)))?.detail).toBe("Too much at once");
    expect(await refusalOf(steps, callOf(json({ amount: 5 }), context))).toBeUndefined();
    expect(
      await refusalOf(
        steps,
        callOf({ ...json({ amount: 6 }), principal: principalOf({ scopes: ["large"] }) }, context),
      ),
    ).toBeUndefined();
    const other = contextOf({ operation: operationOf({ policies: [use, deny] }), modules });
    expect(stepsOf(other.operation, other).map(({ kind }) => kind)).toEqual([
      "named",
      "authn",
      "validateRequest",
      "fraud",
    ]);
  });

  it("holds what a policy is told against its schema", async () => {
    const told = async (options: object): Promise<void> => {
      const use = policy("use", "request", options);
      const context = contextOf({
        operation: operationOf({ policies: [use] }),
        modules: await loadPolicies([use], FOLDER),
      });
      stepsOf(context.operation, context);
    };
    await expect(told({ module: "./fraud.fixture.ts", with: { most: "x" } })).rejects.toThrow(
      "with most: must be integer",
    );
    await expect(told({ module: "./fraud.fixture.ts", with: { least: 1 } })).rejects.toThrow(
      "with least: nothing of this name",
    );
    await expect(told({ module: "./fraud.fixture.ts", export: "named", with: { a: 1 } })).rejects.toThrow(
      "takes nothing",
    );
  });

  it("says what is wrong with a module", async () => {
    await expect(loadPolicy({ module: "./missing.ts" }, FOLDER)).rejects.toThrow(
      "./missing.ts cannot be loaded",
    );
    await expect(loadPolicy({ module: "./fraud.fixture.ts", export: "other" }, FOLDER)).rejects.toThrow(
      "has no policy as its export 'other'",
    );
    const context = contextOf({
      operation: operationOf({ policies: [policy("use", "request", { module: "./gone.ts" })] }),
    });
    expect(() => stepsOf(context.operation, context)).toThrow("./gone.ts was not loaded");
  });
});
