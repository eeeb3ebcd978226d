import { once } from "node:events";
import { type ClientHttp2Session, constants } from "node:http2";
import { connect as connectTls } from "node:tls";
import { describe, expect, test } from "vitest";
import { answering, type Answering, gate } from "./answering.fixture.ts";
import { describeExchanges } from "./behaviour.fixture.ts";
import { TEST_CERTIFICATE } from "./certificate.fixture.ts";
import { Http2Client } from "./http2-client.fixture.ts";
import { nodeHttp2Driver } from "./node-http2.ts";
import { RawClient } from "./raw-client.fixture.ts";
import type { Listening } from "./driver.ts";
import { serve } from "./serve.ts";

const listen = (application: Answering): Promise<Listening> =>
  nodeHttp2Driver.listen(application, {
    host: "127.0.0.1",
    port: 0,
    limits: application.limits,
    tls: TEST_CERTIFICATE,
  });

describeExchanges(
  "node-http2",
  async (application) => {
    const listening = await listen(application);
    const client = new Http2Client(listening.port);
    return {
      send: (target, sent) => client.send(target, sent),
      close: async () => {
        client.session.destroy();
        listening.destroy();
        await listening.close();
      },
    };
  },
  { scheme: "https" },
);

async function using(
  application: Answering,
  use: (client: Http2Client, listening: Listening) => Promise<void>,
): Promise<void> {
  const listening = await listen(application);
  const client = new Http2Client(listening.port);
  try {
    await use(client, listening);
  } finally {
    client.session.destroy();
    listening.destroy();
    await listening.close();
  }
}

describe("HTTP/2", () => {
  test("an HTTP/1.1 client of the same port is served", async () => {
    const application = answering((exchange) => {
      exchange.payload = exchange.scheme;
    });
    await using(application, async (_client, { port }) => {
      for (const ALPNProtocols of [undefined, ["http/1.1"]]) {
        const socket = connectTls({
          port,
          host: "127.0.0.1",
          rejectUnauthorized: false,
          ...(ALPNProtocols === undefined ? {} : { ALPNProtocols }),
        });
        await once(socket, "secureConnect");
        const client = new RawClient(port, socket);
        client.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 200 [^]*https$/);
        client.destroy();
      }
    });
  });

  test("the authority is the host; one that differs from a Host field is refused", async () => {
    const application = answering((exchange) => {
      exchange.payload = JSON.stringify([exchange.header("host"), exchange.headers()[0]]);
    });
    await using(application, async (client) => {
      const reply = await client.send("/", { headers: { ":authority": "a.example" } });
      expect(await reply.json()).toEqual(["a.example", ["host", "a.example"]]);
      const refused = await client.send("/", { headers: { ":authority": "a.example", host: "b.example" } });
      expect(refused.status).toBe(400);
      await expect(client.send("/", { headers: { ":authority": "a b" } })).rejects.toThrow("PROTOCOL_ERROR");
      expect((await client.send("/#fragment")).status).toBe(400);
    });
    expect(application.errors).toEqual([]);
  });

  test("fields of a connection that the application sets do not go out", async () => {
    const application = answering((exchange) => {
      exchange.setField("connection", "close");
      exchange.appendField("vary", "a");
      exchange.appendField("vary", "b");
    });
    await using(application, async (client) => {
      const { headers } = await client.send("/");
      expect([headers.has("connection"), headers.get("vary")]).toEqual([false, "a, b"]);
    });
  });

  test("a body that nobody reads does not hold the stream", async () => {
    const application = answering((exchange) => {
      exchange.payload = "early";
    });
    await using(application, async (client) => {
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      });
      const reply = await client.send("/", { method: "POST", body: endless });
      expect(await reply.text()).toBe("early");
      expect((await client.send("/")).status).toBe(200);
    });
  });

  test("a body that does not come in time is 408", async () => {
    const application = answering(async (exchange) => void (await exchange.bytes(10)), {
      requestTimeout: 50,
    });
    await using(application, async (client) => {
      const never = new ReadableStream<Uint8Array>();
      expect((await client.send("/", { method: "POST", body: never })).status).toBe(408);
    });
  });

  test("a reader that does not read is cut off", async () => {
    const application = answering(
      (exchange) => {
        exchange.payload = (async function* () {
          for (;;) yield "x".repeat(100_000);
        })();
      },
      { writeTimeout: 100 },
    );
    await using(application, async (client) => {
      const reply = await client.send("/");
      await application.settled(1);
      await expect(reply.text()).rejects.toThrow("NGHTTP2_INTERNAL_ERROR");
    });
  });

  test("a connection without a request is ended", async () => {
    await using(
      answering(() => undefined, { headersTimeout: 50 }),
      async (client) => {
        await once(client.session, "close");
        expect(client.session.destroyed).toBe(true);
      },
    );
  });

  test("streams that are cancelled at once do not pile up functions, and end the connection", async () => {
    let most = 0;
    let running = 0;
    const open = gate();
    const application = answering(async () => {
      most = Math.max(most, ++running);
      await open.passed;
      running--;
    });
    await using(application, async ({ session }, listening) => {
      await once(session, "remoteSettings");
      const goneAway = new Promise<void>((resolve) => session.once("close", resolve));
      flood(session, 5000);
      await goneAway;
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(100);
      open.open();
      expect((await new Http2Client(listening.port).send("/")).status).toBe(200);
    });
  });

  test("a stop lets streams finish and sends clients away", async () => {
    const reached = gate();
    const finish = gate();
    const application = answering(async (exchange) => {
      reached.open();
      await finish.passed;
      exchange.payload = "finished";
    });
    const server = await serve(application, {
      port: 0,
      signals: false,
      tls: TEST_CERTIFICATE,
      http2: true,
    });
    const client = new Http2Client(server.port);
    const goneAway = once(client.session, "goaway");
    const reply = client.send("/").then((response) => response.text());
    await reached.passed;
    const closed = server.close();
    await goneAway;
    finish.open();
    expect(await reply).toBe("finished");
    await closed;
    await expect(new Http2Client(server.port).send("/")).rejects.toThrow(/ECONNREFUSED|closed/);
  });

  test("it is an option that needs a certificate, and no other server", async () => {
    const application = answering(() => undefined);
    await expect(serve(application, { port: 0, http2: true })).rejects.toThrow("http2 needs tls");
    await expect(
      serve(application, { port: 0, http2: true, tls: TEST_CERTIFICATE, server: "wire" }),
    ).rejects.toThrow("The server 'wire' speaks HTTP/1.1 alone");
  });
});

/** CVE-2023-44487: each stream is opened and cancelled in one breath. */
function flood(session: ClientHttp2Session, count: number): void {
  const next = (left: number): void => {
    if (left === 0 || session.closed || session.destroyed) return;
    for (let i = 0; i < 50; i++) {
      const stream = session.request({ ":path": "/" });
      stream.on("error", () => undefined);
      stream.close(constants.NGHTTP2_CANCEL);
    }
    session.ping(() => next(left - 50));
  };
  next(count);
}
