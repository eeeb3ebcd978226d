import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { body, contract, query } from "../contract/index.ts";
import { createClient, type ClientOptions } from "./index.ts";
import { RetryPolicy } from "./retry.ts";

const api = {
  read: contract({ input: { key: query(z.string().optional()) }, output: z.int() }, { "GET /n": {} }),
  add: contract({ input: { n: body(z.int()) }, output: z.int() }, { "POST /n": {} }),
  put: contract({ input: { n: body.stream() }, output: z.int() }, { "PUT /n": {} }),
  look: contract({ input: { n: body(z.int()) }, output: z.int() }, { "QUERY /n": {} }),
};
type Answer = Response | Error | ((request: Request) => Promise<Response>);

/** A network that answers one after the other, then 200. */
function network(...answers: Answer[]) {
  const asked: Request[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    asked.push(request);
    const answer = answers[asked.length - 1] ?? Response.json(1);
    if (answer instanceof Error) throw answer;
    return answer instanceof Response ? answer : answer(request);
  };
  const client = (options: ClientOptions = {}) =>
    createClient(api, { baseUrl: "http://api.test", fetch, retry: { delay: 0 }, ...options });
  return { asked, client };
}
const busy = (retryAfter?: string): Response =>
  new Response(null, { status: 503, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });
const never = ({ signal }: Request): Promise<Response> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));

describe("retries", () => {
  it("are two where the method may be sent twice", async () => {
    const { client, asked } = network(busy(), new TypeError("fetch failed"));
    expect(await client().read()).toBe(1);
    expect(asked).toHaveLength(3);
    const tooOften = network(busy(), busy(), busy());
    await expect(tooOften.client().read()).rejects.toMatchObject({ kind: "status", status: 503 });
    expect(tooOften.asked).toHaveLength(3);
  });

  it("send the body again", async () => {
    const { client, asked } = network(busy());
    expect(await client().look({ n: 7 })).toBe(1);
    expect([asked[1]!.method, await asked[1]!.text()]).toEqual(["QUERY", "7"]);
  });

  it("are none for POST, for a body that is a stream, for other statuses, and where they are off", async () => {
    for (const ask of [
      (of: ReturnType<typeof network>) => of.client().add({ n: 1 }),
      (of: ReturnType<typeof network>) => of.client().put({ n: new Blob(["1"]).stream() }),
      (of: ReturnType<typeof network>) => of.client({ retry: false }).read(),
      (of: ReturnType<typeof network>) => of.client().read({}, { retry: 0 }),
      (of: ReturnType<typeof network>) => of.client({ retry: { statuses: [500] } }).read(),
    ]) {
      const of = network(busy());
      await expect(ask(of)).rejects.toMatchObject({ status: 503 });
      expect(of.asked).toHaveLength(1);
    }
  });

  it("are made for POST where the caller says so", async () => {
    const { client } = network(busy());
    expect(await client({ retry: { methods: ["POST"], delay: 0 } }).add({ n: 1 })).toBe(1);
  });

  it("wait for a random part of a growing time, or as long as the server asks, within bounds", () => {
    const policy = new RetryPolicy({ delay: 100, maxDelay: 5000 });
    const most = (attempt: number): number => policy.pause(attempt, null, () => 1);
    expect([0, 1, 2, 9].map(most)).toEqual([100, 200, 400, 5000]);
    expect(policy.pause(2, null, () => 0.5)).toBe(200);
    expect(policy.pause(0, "3")).toBe(3000);
    expect(policy.pause(0, "3600")).toBe(5000);
    expect(policy.pause(0, new Date(Date.now() - 1000).toUTCString())).toBe(0);
    expect(policy.pause(0, new Date(Date.now() + 60_000).toUTCString())).toBe(5000);
    expect(policy.pause(0, "soon", () => 1)).toBe(100);
  });

  it("are not waited for beyond the time of the call", async () => {
    const { client, asked } = network(busy("5"));
    await expect(client({ timeout: 2000 }).read()).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(1);
  });

  it("stop when the caller does", async () => {
    const { client, asked } = network(busy("5"));
    const controller = new AbortController();
    const calling = client({ signal: controller.signal }).read();
    await vi.waitFor(() => expect(asked).toHaveLength(1), 20_000);
    controller.abort(new Error("enough"));
    await expect(calling).rejects.toThrow("enough");
  });
});

describe("time", () => {
  it("is over for all attempts together", async () => {
    const { client } = network(new TypeError("fetch failed"), never);
    await expect(client({ timeout: 20 }).read({ key: "s3cret" })).rejects.toMatchObject({
      kind: "timeout",
      status: undefined,
      message: "GET http://api.test/n was not answered in time",
    });
  });

  it("is over while the reply is read", async () => {
    const stalled = async ({ signal }: Request): Promise<Response> =>
      new Response(
        new ReadableStream({
          start: (controller) => signal.addEventListener("abort", () => controller.error(signal.reason)),
        }),
        { headers: { "content-type": "application/json" } },
      );
    await expect(network(stalled).client({ timeout: 20 }).read()).rejects.toMatchObject({ kind: "timeout" });
  });

  it("leaves nothing behind", async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await network().client({ signal }).read();
    expect(added.mock.calls.length).toBe(1);
    expect(removed.mock.calls.length).toBe(1);
  });
});

describe("signals", () => {
  it("of the client and of a call both count", async () => {
    for (const which of [0, 1]) {
      const controllers = [new AbortController(), new AbortController()] as const;
      const client = network(never).client({ signal: controllers[0].signal });
      const calling = client.read({}, { signal: controllers[1].signal });
      controllers[which]!.abort(new Error("stop"));
      await expect(calling).rejects.toThrow("stop");
    }
    await expect(
      network()
        .client()
        .read({}, { signal: AbortSignal.abort(new Error("before")) }),
    ).rejects.toThrow("before");
  });
});

describe("a network that fails", () => {
  it("is named by its cause, without the query", async () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const failed = network(new TypeError("fetch failed", { cause })).client({ retry: false });
    await expect(failed.read({ key: "s3cret" })).rejects.toMatchObject({
      kind: "network",
      message: "GET http://api.test/n could not be asked: ECONNREFUSED",
    });
    const told = network(new TypeError("cannot load http://api.test/n?key=s3cret")).client({ retry: false });
    await expect(told.read({ key: "s3cret" })).rejects.toThrow("cannot load http://api.test/n?…");
  });
});
