import { createServer as createHttps } from "node:https";
import { expect, it } from "vitest";
import { TEST_CERTIFICATE } from "../../server/certificate.fixture.ts";
import { Pool } from "./pool.ts";
import { answering, exchange, get, ok, until, upstream, type Script } from "./upstream.fixture.ts";

const secure = TEST_CERTIFICATE;
const ca = TEST_CERTIFICATE.cert;

it("verifies the certificate, for a name and for an address", async () => {
  await upstream(answering(ok("secret")), { secure, tls: { ca } }, async ({ pool, port }) => {
    for (let i = 0; i < 3; i++) expect((await exchange(pool, get()).done).body).toBe("secret");
    expect(pool.stats).toMatchObject({ connects: 1, reuses: 2 });
    const named = new Pool({ host: "127.0.0.1", port, tls: { ca, servername: "localhost" } });
    expect((await exchange(named, get()).done).body).toBe("secret");
    await named.close();
  });
});

it.each([
  ["by an unknown authority", {}],
  ["for another name", { ca, servername: "other.example" }],
])("refuses a certificate %s", async (_, tls) => {
  await upstream(answering(ok("secret")), { secure, tls }, async ({ pool, peers }) => {
    const { error } = await exchange(pool, get()).done;
    expect(error).toMatchObject({ code: "TLS_FAILED", phase: "connect", isUnsent: true });
    expect(peers.map(({ received }) => received).join("")).toBe("");
    expect(pool.stats.size).toBe(0);
  });
});

it("takes any certificate only when told so", async () => {
  await upstream(answering(ok("x")), { secure, tls: { insecureSkipVerify: true } }, async ({ pool }) => {
    expect((await exchange(pool, get()).done).body).toBe("x");
  });
});

it("an upstream that does not speak TLS", async () => {
  await upstream(
    ({ socket }) => void socket.write(ok("plain")),
    { tls: { ca } },
    async ({ pool, open }) => {
      expect((await exchange(pool, get()).done).error).toMatchObject({ code: "TLS_FAILED", isUnsent: true });
      await until(() => open() === 0);
    },
  );
  await upstream(
    ({ socket }) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    { tls: { ca } },
    async ({ pool }) => {
      expect((await exchange(pool, get()).done).error).toMatchObject({ code: "TLS_FAILED", isUnsent: true });
    },
  );
});

it("an upstream that says nothing in the handshake", async () => {
  await upstream(
    () => undefined,
    { tls: { ca }, connectTimeout: 60 },
    async ({ pool, open }) => {
      expect((await exchange(pool, get()).done).error).toMatchObject({
        code: "CONNECT_TIMEOUT",
        isUnsent: true,
      });
      await until(() => open() === 0);
    },
  );
});

it("resumes sessions", async () => {
  let resumed = 0;
  const server = createHttps(TEST_CERTIFICATE, (_request, response) => response.end("x"));
  server.on("secureConnection", (socket) => (socket.isSessionReused() ? resumed++ : 0));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const pool = new Pool({ host: "127.0.0.1", port, tls: { ca }, requestsPerConnection: 1 });
  for (let i = 0; i < 3; i++) {
    expect((await exchange(pool, get()).done).body).toBe("x");
    await until(() => pool.stats.size === 0);
  }
  expect(resumed).toBe(2);
  await pool.close();
  await new Promise((resolve) => server.close(resolve));
});

it("gives no forged answer to the next request, though both come in one read", async () => {
  const script: Script = (peer, text) => {
    for (const [, path] of text.matchAll(/GET (\S+) /g)) {
      // Two records: they are read in one go, and given one after the other.
      peer.socket.cork();
      peer.socket.write(ok(path!));
      peer.socket.uncork();
      peer.socket.write(ok("forged"));
    }
  };
  await upstream(script, { secure, tls: { ca }, connections: 1 }, async ({ pool }) => {
    const paths = Array.from({ length: 100 }, (_, i) => `/${i}`);
    const all = await Promise.all(
      paths.map((path) => exchange(pool, get(path), { schedule: pool.schedule({ wait: 0 }) }).done),
    );
    expect(all.map(({ body }) => body)).toEqual(paths);
    expect(pool.stats.strays).toBeGreaterThan(90);
  });
});

it("changes the protocol", async () => {
  const script: Script = ({ socket }, text) => {
    if (text.startsWith("GET"))
      socket.write("HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst");
    else socket.write(`<${text}>`);
  };
  await upstream(script, { secure, tls: { ca } }, async ({ pool }) => {
    let text = "";
    const { done } = exchange(pool, get("/", "Connection: upgrade", "Upgrade: echo"), {
      handler: {
        onUpgrade(_, socket, rest) {
          text += rest.toString();
          socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
          socket.resume();
          socket.write("hello");
          setTimeout(() => socket.end(), 500);
        },
      },
    });
    expect((await done).status).toBe(101);
    await until(() => text === "first<hello>");
  });
});

it("keeps nothing of connections that fail", { timeout: 120_000 }, async () => {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  await upstream(answering(ok("x")), { secure, tls: {}, connections: 20 }, async ({ pool, open }) => {
    const fail = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 20) {
        const all = Array.from({ length: 20 }, () => exchange(pool, get()).done);
        for (const { error } of await Promise.all(all)) expect(error?.code).toBe("TLS_FAILED");
      }
      await until(() => open() === 0);
      collect();
      collect();
    };
    await fail(400);
    const before = process.memoryUsage().heapUsed;
    await fail(1000);
    const grown = process.memoryUsage().heapUsed - before;
    expect(pool.stats).toMatchObject({ size: 0, connecting: 0, pending: 0 });
    // A TLS socket kept for each would be ten megabytes at least.
    expect(grown).toBeLessThan(4_000_000);
  });
});
