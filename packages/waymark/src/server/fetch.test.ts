import { describe, expect, test } from "vitest";
import { answering, gate } from "./answering.fixture.ts";
import { fetchHandler } from "./fetch.ts";

describe("fetchHandler", () => {
  const seen = answering((exchange) => {
    exchange.payload = JSON.stringify([
      exchange.scheme,
      exchange.header("host"),
      exchange.path,
      exchange.search,
      exchange.remoteAddress ?? null,
    ]);
  });

  test.each([
    ["https://example.com:81/a?b#c", ["https", "example.com:81", "/a", "b", null]],
    ["http://example.com", ["http", "example.com", "/", "", null]],
    ["http://example.com/a#b?c", ["http", "example.com", "/a", "", null]],
  ])("%s is taken apart", async (url, parts) => {
    expect(await (await fetchHandler(seen)(new Request(url))).json()).toEqual(parts);
  });

  test("the runtime may tell the address", async () => {
    const reply = await fetchHandler(seen)(new Request("http://h/"), { remoteAddress: "192.0.2.1" });
    expect(await reply.json()).toMatchObject({ 4: "192.0.2.1" });
  });

  test("the runtime may tell that there is no body after all", async () => {
    const application = answering((exchange) => {
      exchange.payload = String(exchange.hasBody);
    });
    const ask = (hasBody: boolean | undefined): Promise<Response> =>
      fetchHandler(application)(new Request("http://h/", { method: "DELETE", body: "" }), { hasBody });
    expect(await (await ask(false)).text()).toBe("false");
    expect(await (await ask(undefined)).text()).toBe("true");
  });

  test("a signal that aborts after the reply says nothing", async () => {
    const client = new AbortController();
    let signal: AbortSignal | undefined;
    const application = answering((exchange) => {
      ({ signal } = exchange);
      exchange.payload =
        exchange.path === "/text"
          ? "text"
          : (async function* () {
              yield "text";
            })();
    });
    for (const path of ["/text", "/stream"]) {
      const request = new Request(`http://h${path}`, { signal: client.signal });
      expect(await (await fetchHandler(application)(request)).text()).toBe("text");
      await application.settled(path === "/text" ? 1 : 2);
      expect(signal?.aborted).toBe(false);
    }
    client.abort();
    expect(signal?.aborted).toBe(false);
  });

  test("waitUntil lasts until clean-up is done", async () => {
    const streamed = gate();
    const application = answering((exchange) => {
      exchange.payload = (async function* () {
        yield "a";
        await streamed.passed;
      })();
    });
    const waited: Promise<unknown>[] = [];
    const reply = await fetchHandler(application)(new Request("http://h/"), {
      waitUntil: (promise) => void waited.push(promise),
    });
    expect(waited).toHaveLength(1);
    streamed.open();
    expect(await reply.text()).toBe("a");
    await waited[0];
  });

  test("a Request whose body was read cannot be read again", async () => {
    const application = answering(async (exchange) => void (await exchange.bytes(100)));
    const request = new Request("http://h/", { method: "POST", body: "abc" });
    await request.text();
    expect((await fetchHandler(application)(request)).status).toBe(500);
  });
});
