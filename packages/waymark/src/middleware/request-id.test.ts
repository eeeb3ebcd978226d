import { describe, expect, it } from "vitest";
import { endpoint } from "../endpoint.ts";
import { request } from "../inputs/index.ts";
import { KeptLog, appWith } from "./app.fixture.ts";
import { requestId, type RequestIdOptions } from "./request-id.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const tell = endpoint({ input: { request: request() } }, ({ request }) => ({ id: request.id ?? null }));

async function ask(
  options?: RequestIdOptions,
  headers: Record<string, string> = {},
): Promise<{ header: string | null; id: string }> {
  const app = appWith([requestId(options)]);
  app.get("/", tell);
  const response = await app.request("/", { headers });
  return {
    header: response.headers.get(options?.header ?? "x-request-id"),
    id: ((await response.json()) as { id: string }).id,
  };
}

describe("a request id", () => {
  it("is made for every request, and is the same for function and client", async () => {
    const [one, two] = [await ask(), await ask()];
    expect(one.id).toMatch(UUID);
    expect(one.header).toBe(one.id);
    expect(two.id).not.toBe(one.id);
  });
  it("is undefined without the middleware", async () => {
    const app = appWith([]);
    app.get("/", tell);
    expect(await (await app.request("/")).json()).toEqual({ id: null });
  });
  it("that came with the request is taken only if it is trusted", async () => {
    const headers = { "x-request-id": "abc-123" };
    expect((await ask({}, headers)).id).toMatch(UUID);
    expect((await ask({ trust: true }, headers)).id).toBe("abc-123");
    const trust: RequestIdOptions["trust"] = ({ remoteAddress }) => remoteAddress === "192.0.2.1";
    expect((await ask({ trust }, headers)).id).toMatch(UUID);
  });
  it.each(["", "a b", "a,b", "a\tb", 'a"b', "<script>", "a".repeat(129), "é", "a;b", "[31m", "../x\\y"])(
    "that came with the request has to be sane: %j",
    async (id) => {
      expect((await ask({ trust: true }, { "x-request-id": id })).id).toMatch(UUID);
    },
  );
  it.each(["a", "a".repeat(128), "Root=1-67891233-abcdef012345678912345678", "req_0.1:2/3+4@5~6"])(
    "may look like %s",
    async (id) => {
      expect((await ask({ trust: true }, { "x-request-id": id })).id).toBe(id);
    },
  );
  it("may stand in another field, and be made otherwise", async () => {
    const options = { header: "X-Trace", generate: () => "t1" };
    expect(await ask(options)).toEqual({ header: "t1", id: "t1" });
    expect(() => requestId({ header: "x trace" })).toThrow("not a header field name");
  });
  it("is on errors, and in what is logged about them", async () => {
    const logger = new KeptLog();
    const app = appWith([requestId({ generate: () => "t1" })], { logger });
    app.get("/fails", () => {
      throw new Error("x");
    });
    const response = await app.request("/fails");
    expect([response.status, response.headers.get("x-request-id")]).toEqual([500, "t1"]);
    expect(logger.lines).toEqual(["GET /fails: [t1] answered 500 for an error that nothing handled"]);
    expect((await app.request("/nowhere")).headers.get("x-request-id")).toBe("t1");
  });
});
