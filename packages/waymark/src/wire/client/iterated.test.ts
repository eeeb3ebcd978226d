import { expect, it } from "vitest";
import { iterated } from "./iterated.ts";
import { exchange, ok, until, upstream, type Script } from "./upstream.fixture.ts";

const after =
  (end: string): Script =>
  (peer) => {
    if (peer.received.endsWith(end)) peer.socket.write(ok("got"));
  };
const bytes = (text: string): Buffer => Buffer.from(text);
const head = (framing: string): string => `POST / HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`;

async function* pieces(texts: readonly string[], onReturn?: () => void): AsyncGenerator<Buffer> {
  try {
    for (const text of texts) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      yield bytes(text);
    }
  } finally {
    onReturn?.();
  }
}

it("sends pieces as chunks", async () => {
  await upstream(after("0\r\n\r\n"), {}, async ({ pool, peers }) => {
    const body = iterated(pieces(["ab", "", "c"]));
    expect((await exchange(pool, head("Transfer-Encoding: chunked"), { body }).done).body).toBe("got");
    expect(peers[0]!.received.endsWith("\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")).toBe(true);
    expect(pool.stats.idle).toBe(1);
  });
});

it("sends pieces of a known length as they are", async () => {
  await upstream(after("abc"), {}, async ({ pool }) => {
    const body = iterated(pieces(["ab", "c"]), 3);
    expect((await exchange(pool, head("Content-Length: 3"), { body }).done).body).toBe("got");
  });
});

it("waits while the upstream takes nothing", async () => {
  const options = { onConnection: ({ socket }: { socket: { pause(): unknown } }): unknown => socket.pause() };
  await upstream(after("0\r\n\r\n"), options, async ({ pool, peers }) => {
    let asked = 0;
    async function* many(): AsyncGenerator<Buffer> {
      for (; asked < 200; asked++) yield Buffer.alloc(100_000, "a");
    }
    const { done } = exchange(pool, head("Transfer-Encoding: chunked"), { body: iterated(many()) });
    await until(() => asked > 10);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toBeLessThan(200);
    peers[0]!.socket.resume();
    expect((await done).body).toBe("got");
    expect(asked).toBe(200);
  });
});

it("an iterable that throws cuts the connection", async () => {
  await upstream(after("never"), {}, async ({ pool, open }) => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield bytes("a");
      throw new Error("disk");
    }
    const { error } = await exchange(pool, head("Transfer-Encoding: chunked"), { body: iterated(failing()) })
      .done;
    expect(error).toMatchObject({ code: "BODY_FAILED", cause: new Error("disk") });
    await until(() => open() === 0);
  });
});

it("lets go of the iterable when nobody wants more of it", async () => {
  await upstream(after("nothing"), {}, async ({ pool }) => {
    let returned = 0;
    const body = iterated(
      pieces(
        Array.from({ length: 1000 }, () => "a"),
        () => returned++,
      ),
    );
    const { request } = exchange(pool, head("Transfer-Encoding: chunked"), { body });
    await until(() => pool.stats.pending === 0);
    await new Promise((resolve) => setTimeout(resolve, 10));
    request.abort();
    await until(() => returned > 0);
    expect(returned).toBe(1);
  });
});
