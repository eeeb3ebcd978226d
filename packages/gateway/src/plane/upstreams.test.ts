import { mkdtempSync, writeFileSync } from "node:fs";
import { createSecureServer, createServer as createHttp2Server, type Http2Server } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { describe, expect, test } from "vitest";
import type { Step } from "../call.ts";
import type { Snapshot, Upstream } from "../snapshot.ts";
import { TEST_CERTIFICATE } from "../../../waymark/src/server/certificate.fixture.ts";
import { Gateway } from "./gateway.ts";
import { ask, closing, DRIVERS, eventually, gatewayFor, get, listening, RawClient } from "./plane.fixture.ts";
import {
  type Loose,
  operationOf,
  policyOf,
  serviceOf,
  snapshotOf,
  TIMEOUTS,
  upstreamOf,
} from "./snapshot.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "gateway-test-"));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const ca = file("ca.pem", TEST_CERTIFICATE.cert);
const key = file("key.pem", TEST_CERTIFICATE.key);
const TLS: Upstream["tls"] = { verify: true, serverName: null, ca: null, cert: null, key: null };

const everything = [operationOf("GET /{rest:path}"), operationOf("POST /{rest:path}")];
const through = (origin: string, changes: Loose<Upstream>, driver: (typeof DRIVERS)[number] = "wire") =>
  gatewayFor(snapshotOf(serviceOf(upstreamOf([origin], changes)), everything), driver);

describe("an upstream with TLS", () => {
  const server = (): Promise<number> =>
    listening(
      createHttpsServer(
        { ...TEST_CERTIFICATE, ca: TEST_CERTIFICATE.cert, requestCert: true, rejectUnauthorized: false },
        (request, response) => {
          const { authorized } = request.socket as unknown as { authorized: boolean };
          response.end(`secure ${request.headers.host} ${authorized}`);
        },
      ),
    );

  test("is verified: a certificate that nobody vouches for is a 502", async () => {
    const { port } = await through(`https://127.0.0.1:${await server()}`, { tls: TLS });
    expect(await ask(port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 502 [^]*No secure connection/);
  });

  test("is spoken with where its authority is known, and for its name", async () => {
    const origin = `https://localhost:${await server()}`;
    const good = await through(origin, { tls: { ...TLS, ca } });
    expect(await ask(good.port, get("/"), /(?:true|false|\})$/)).toMatch(/secure localhost:\d+ false$/);
    const other = await through(origin, { tls: { ...TLS, ca, serverName: "other.test" } });
    expect(await ask(other.port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 502 /);
  });

  test("is shown the gateway's own certificate", async () => {
    const { port } = await through(`https://localhost:${await server()}`, {
      tls: { ...TLS, ca, cert: ca, key },
    });
    expect(await ask(port, get("/"), /(?:true|false)$/)).toMatch(/true$/);
  });

  test("is not verified where the configuration says so in as many words", async () => {
    const { port } = await through(`https://127.0.0.1:${await server()}`, { tls: { ...TLS, verify: false } });
    expect(await ask(port, get("/"), /(?:true|false)$/)).toMatch(/secure/);
  });
});

describe.each(DRIVERS)("an upstream that speaks HTTP/2 (%s)", (driver) => {
  const script = (server: Http2Server): Http2Server =>
    server.on("stream", (stream, headers) => {
      stream.on("error", () => undefined);
      const path = headers[":path"];
      if (path === "/stall") return;
      if (path === "/cut") {
        stream.respond({ ":status": 200 });
        stream.write("abc", () => setTimeout(() => stream.destroy(new Error("cut")), 10));
        return;
      }
      if (path === "/none") return stream.respond({ ":status": 204 }, { endStream: true });
      let body = "";
      stream.on("data", (bytes: Buffer) => (body += bytes.toString()));
      stream.on("end", () => {
        stream.respond({ ":status": 201, "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] });
        stream.end(
          `${headers[":method"]} ${path} ${headers[":authority"]} ${String(headers["x-forwarded-for"])} ${headers.connection} ${body.length} done`,
        );
      });
    });

  test.each([false, true])("is asked, with TLS: %s", async (isSecure) => {
    const server = isSecure ? createSecureServer(TEST_CERTIFICATE) : createHttp2Server();
    const to = await listening(script(server as Http2Server));
    const { port, gateway } = await through(
      `${isSecure ? "https" : "http"}://localhost:${to}`,
      { protocol: "http2", tls: { ...TLS, ca } },
      driver,
    );
    const first = await ask(port, get("/a?b=1", "Connection: X-Y"), /done(?:\r\n0\r\n\r\n)?$/);
    expect(first).toMatch(/^HTTP\/1\.1 201 /);
    expect(first).toContain(`GET /a?b=1 localhost:${to} 127.0.0.1 undefined 0 done`);
    expect(first.match(/^set-cookie: .*$/gim)).toHaveLength(2);
    const post = await ask(port, "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", /done/);
    expect(post).toContain(`POST /p localhost:${to} 127.0.0.1 undefined 5 done`);
    const large = Buffer.alloc(300_000, "x");
    const chunked = new RawClient(port)
      .write(
        `POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${large.length.toString(16)}\r\n`,
      )
      .write(large)
      .write("\r\n0\r\n\r\n");
    expect(await chunked.until(/done/)).toContain("300000 done");
    expect(await ask(port, get("/none"))).toMatch(/^HTTP\/1\.1 204 /);
    const cut = await new RawClient(port).write(get("/cut")).untilEnd();
    expect(cut).not.toMatch(/0\r\n\r\n$/);
    const leaving = new RawClient(port).write(get("/stall"));
    await eventually(() => gateway.active === 1);
    leaving.socket.destroy();
    await eventually(() => gateway.active === 0);
  });

  test("and cannot be reached, or is slow, is a 502 or a 504", async () => {
    const server = createHttp2Server();
    const to = await listening(script(server));
    const timeouts = { ...TIMEOUTS, firstByte: 100 };
    const service = serviceOf(upstreamOf([`http://127.0.0.1:${to}`], { protocol: "http2", timeouts }));
    const { port } = await gatewayFor(
      snapshotOf(service, [operationOf("GET /{rest:path}", { timeouts })]),
      driver,
    );
    expect(await ask(port, get("/stall"), /\}$/)).toMatch(/^HTTP\/1\.1 504 /);
    const gone = await through("http://127.0.0.1:1", { protocol: "http2" }, driver);
    expect(await ask(gone.port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 502 [^]*cannot be reached/);
  });
});

describe.each(DRIVERS)("an application in this process (%s)", (driver) => {
  const module = new URL("./module.fixture.ts", import.meta.url).pathname;

  test("is asked as an upstream is, without a network", async () => {
    const discovery = { kind: "module", path: module, export: "default" } as const;
    const operations = [...everything, operationOf("GET /public/{name}", { target: "/hello/{name}" })];
    const { port, url, gateway } = await gatewayFor(
      snapshotOf(serviceOf(upstreamOf([], { discovery })), operations),
      driver,
    );
    const hello = await ask(port, get("/public/ada?loud=true", "X-Forwarded-For: 6.6.6.6"), /\}$/);
    expect(hello).toMatch(
      /^HTTP\/1\.1 200 [^]*content-type: application\/json[^]*\{"hello":"ADA","for":"127\.0\.0\.1"\}$/i,
    );
    expect(await ask(port, get("/nothing"))).toMatch(/^HTTP\/1\.1 404 /);
    expect(
      await (
        await fetch(`${url}/sum`, {
          method: "POST",
          body: "[1,2]",
          headers: { "content-type": "application/json" },
        })
      ).json(),
    ).toBe(3);
    expect(await ask(port, get("/count"), /0\r\n\r\n$/)).toMatch(/1\n[^]*2\n[^]*3\n/);
    expect(await ask(port, "HEAD /public/ada HTTP/1.1\r\nHost: a\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
    const socket = closing(new WebSocket(`${url.replace("http", "ws")}/echo`), (each) => each.terminate());
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    socket.send("hi");
    expect(
      await new Promise((resolve) => socket.once("message", (data: Buffer) => resolve(data.toString()))),
    ).toBe("hi");
    socket.close();
    await eventually(() => gateway.active === 0);
  });

  test("ends its event streams when the gateway stops", async () => {
    const discovery = { kind: "module", path: module, export: "default" } as const;
    const { port, close } = await gatewayFor(
      snapshotOf(serviceOf(upstreamOf([], { discovery })), everything),
      driver,
    );
    const client = new RawClient(port).write(get("/events"));
    await client.until(/tick/);
    const closed = close();
    expect(await client.untilEnd()).toMatch(/tick[^]*\r\n0\r\n\r\n$/);
    await closed;
  });

  test("gets no more at a time than it may", async () => {
    const discovery = { kind: "module", path: module, export: "default" } as const;
    const { port, gateway } = await gatewayFor(
      snapshotOf(serviceOf(upstreamOf([], { discovery, concurrency: 1 })), everything),
      driver,
    );
    const [target] = gateway.targets.get("shop")!.targets;
    const socket = closing(new WebSocket(`ws://127.0.0.1:${port}/echo`), (each) => each.terminate());
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    expect(target).toMatchObject({ origin: "module:", active: 1, state: "up" });
    expect(await ask(port, get("/hello/ada"), /\}$/)).toMatch(
      /^HTTP\/1\.1 503 [^]*as many requests as it can take/,
    );
    socket.close();
    await eventually(() => target!.active === 0);
    expect(await ask(port, get("/hello/ada"), /\}$/)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("stays up while a snapshot has it that takes another's place, and stops with the last", async () => {
    const { lifecycle } = await import("./module.fixture.ts");
    const discovery = { kind: "module", path: module, export: "living" } as const;
    const snapshot = (firstByte: number): Snapshot =>
      snapshotOf(serviceOf(upstreamOf([], { discovery, timeouts: { ...TIMEOUTS, firstByte } })), everything);
    const before = lifecycle.length;
    const { port, gateway, close } = await gatewayFor(snapshot(5000), driver);
    for (const firstByte of [6000, 7000]) {
      await gateway.use(snapshot(firstByte));
      expect(await ask(port, get("/alive"), /\}$|"$/)).toMatch(/^HTTP\/1\.1 200 /);
    }
    await eventually(() => gateway.generations === 1);
    expect(lifecycle.slice(before)).toEqual(["up"]);
    await close();
    expect(lifecycle.slice(before)).toEqual(["up", "down"]);
  });

  test("does not outlive a snapshot that cannot be run", async () => {
    const { lifecycle } = await import("./module.fixture.ts");
    const discovery = { kind: "module", path: module, export: "living" } as const;
    const { gateway } = await through("http://127.0.0.1:1", {}, driver);
    const before = lifecycle.length;
    const operations = [
      operationOf("GET /alive"),
      operationOf("GET /", { policies: [policyOf("request", "unknown")] }),
    ];
    await expect(
      gateway.use(snapshotOf(serviceOf(upstreamOf([], { discovery })), operations)),
    ).rejects.toThrow("unknown");
    await eventually(() => lifecycle.length === before + 2);
    expect(lifecycle.slice(before)).toEqual(["up", "down"]);
  });

  test("that is none is said whenever the gateway starts", async () => {
    const discovery = { kind: "module", path: module, export: "nothing" } as const;
    const snapshot = snapshotOf(serviceOf(upstreamOf([], { discovery })), everything);
    await expect(gatewayFor(snapshot, driver)).rejects.toThrow(/no application/);
    const gateway = new Gateway(snapshot);
    for (let i = 0; i < 2; i++) await expect(gateway.start()).rejects.toThrow(/no application/);
  });

  test("that is none is said once, however many operations are made ready meanwhile", async () => {
    const discovery = { kind: "module", path: module, export: "nothing" } as const;
    const operations = Array.from({ length: 300 }, (_, n) => operationOf(`GET /things-${n}`));
    // Longer than the module takes to load.
    const stepsOf = (): readonly Step[] => {
      const end = performance.now() + 1;
      while (performance.now() < end);
      return [];
    };
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => void unheard.push(error);
    process.on("unhandledRejection", hear);
    try {
      await expect(
        gatewayFor(snapshotOf(serviceOf(upstreamOf([], { discovery })), operations), driver, { stepsOf }),
      ).rejects.toThrow(/no application/);
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      process.off("unhandledRejection", hear);
    }
    expect(unheard).toEqual([]);
  });
});
