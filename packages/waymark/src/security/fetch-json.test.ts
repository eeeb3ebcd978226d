import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { fetchJson } from "./fetch-json.ts";

const JSON_REPLY =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"keys":[]}';
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that does what a script says with each request; of each it is told how many its connection had before. */
async function server(script: (socket: Socket, before: number) => void): Promise<URL> {
  const live = new Set<Socket>();
  const made = createServer((socket) => {
    let count = 0;
    live.add(socket);
    socket.on("close", () => live.delete(socket)).on("error", () => undefined);
    socket.on("data", () => script(socket, count++));
  });
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    for (const socket of live) socket.destroy();
    return new Promise((resolve) => made.close(resolve));
  });
  return new URL(`http://127.0.0.1:${(made.address() as AddressInfo).port}/jwks`);
}

describe("a connection that was kept, and is closed when it is used again", () => {
  it.each(["resetAndDestroy", "destroy"] as const)("is no failure of the issuer: %s", async (end) => {
    let isClosed = false;
    const url = await server((socket, before) => {
      if (before === 0) return void socket.write(JSON_REPLY);
      isClosed = true;
      socket[end]();
    });
    // Which connection it takes is the runtime's affair: sooner or later one that was kept.
    while (!isClosed) {
      expect(await fetchJson(url, { timeout: 5000 })).toEqual({ keys: [] });
      await setTimeout(1);
    }
  });
});

describe("a second attempt", () => {
  const asking = (...answers: (Error | Response)[]) => {
    const asked: unknown[] = [];
    const fetch = async (url: unknown): Promise<Response> => {
      asked.push(url);
      const answer = answers[asked.length - 1];
      if (answer instanceof Response) return answer;
      throw answer ?? new Error("asked too often");
    };
    return { asked, result: fetchJson(new URL("https://i.example/jwks"), { timeout: 5000, fetch }) };
  };
  const reset = (code: string): Error => Object.assign(new Error("socket hang up"), { code });
  const failed = (code: string): Error => new TypeError("fetch failed", { cause: reset(code) });

  it.each([reset("ECONNRESET"), failed("ECONNRESET"), failed("UND_ERR_SOCKET"), failed("EPIPE")])(
    "is made after %s",
    async (error) => {
      const { asked, result } = asking(error, Response.json({ keys: [] }));
      expect(await result).toEqual({ keys: [] });
      expect(asked).toHaveLength(2);
    },
  );

  it("is the last one", async () => {
    const { asked, result } = asking(failed("ECONNRESET"), failed("ECONNRESET"));
    await expect(result).rejects.toThrow("fetch failed");
    expect(asked).toHaveLength(2);
  });

  it.each([
    [failed("ECONNREFUSED"), "fetch failed"],
    [new DOMException("too late", "TimeoutError"), "too late"],
    [Response.json({}, { status: 503 }), "answered 503"],
  ])("is not made after %s", async (answer, message) => {
    const { asked, result } = asking(answer, Response.json({ keys: [] }));
    await expect(result).rejects.toThrow(message);
    expect(asked).toHaveLength(1);
  });
});
