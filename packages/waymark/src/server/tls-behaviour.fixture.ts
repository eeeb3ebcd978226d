import { X509Certificate } from "node:crypto";
import { request } from "node:https";
import { connect as connectPlain } from "node:net";
import { connect } from "node:tls";
import { describe, expect, test } from "vitest";
import { CLIENT, CLIENT_CA, FOREIGN_CLIENT, RENEWED } from "../../../gateway/src/certificates.fixture.ts";
import type { ServableApp } from "./application.ts";
import { TEST_CERTIFICATE } from "./certificate.fixture.ts";
import { serve, type Running, type ServeOptions } from "./serve.ts";

const verdicts: ServableApp = {
  async handle(exchange) {
    const body = exchange.hasBody ? ` ${Buffer.from(await exchange.bytes(1000)).toString()}` : "";
    exchange.status = 200;
    exchange.payload = `${exchange.isClientVerified}${body}`;
    await exchange.end();
  },
};
const VOUCHED = { ca: CLIENT_CA, requestCert: true, rejectUnauthorized: false };

/** What every server does that speaks https. */
export function describeTls(name: string, options: ServeOptions): void {
  describe(`${name}: TLS`, () => {
    test("it is known for which clients somebody vouches", async () => {
      await using(options, VOUCHED, async ({ url }) => {
        const verdict = [await ask(url), await ask(url, CLIENT), await ask(url, FOREIGN_CLIENT)];
        expect(verdict).toEqual(["false", "true", "false"]);
      });
    });

    test("requests of every kind have their bodies", async () => {
      await using(options, {}, async ({ url }) => {
        expect(await ask(url, {}, ["all at once"])).toBe("false all at once");
        expect(await ask(url, {}, ["in ", "chunks"])).toBe("false in chunks");
      });
    });

    test("a stop waits for nobody who has not even shaken hands", async () => {
      const running = await serve(verdicts, {
        port: 0,
        signals: false,
        shutdownTimeout: 60_000,
        ...options,
        tls: TEST_CERTIFICATE,
      });
      const silent = connectPlain({ port: running.port, host: "127.0.0.1" });
      silent.on("error", () => undefined);
      // The listener accepts in order.
      await new Promise((resolve) => silent.once("connect", resolve));
      expect(await ask(running.url)).toBe("false");
      await running.close();
      silent.destroy();
    });
  });
}

/** A certificate that was renewed. Not on Bun: what it gives clients to come back with outlives the certificate. */
export function describeRenewal(name: string, options: ServeOptions): void {
  describe(`${name}: another certificate`, () => {
    test("new connections are greeted with the certificate that was renewed", async () => {
      await using(options, {}, async ({ port, renewTls }) => {
        expect(await shown(port)).toBe(new X509Certificate(TEST_CERTIFICATE.cert).fingerprint256);
        expect(() => renewTls({ cert: RENEWED.cert, key: TEST_CERTIFICATE.key })).toThrow(
          "key values mismatch",
        );
        expect(await shown(port)).toBe(new X509Certificate(TEST_CERTIFICATE.cert).fingerprint256);
        renewTls(RENEWED);
        expect(await shown(port)).toBe(new X509Certificate(RENEWED.cert).fingerprint256);
      });
    });

    test("clients are judged by the authority that was renewed", async () => {
      await using(options, VOUCHED, async ({ url, renewTls }) => {
        expect([await ask(url, CLIENT), await ask(url, FOREIGN_CLIENT)]).toEqual(["true", "false"]);
        renewTls({ ...TEST_CERTIFICATE, ca: FOREIGN_CLIENT.cert });
        expect([await ask(url, CLIENT), await ask(url, FOREIGN_CLIENT)]).toEqual(["false", "true"]);
      });
    });
  });
}

async function using(
  options: ServeOptions,
  tls: object,
  use: (running: Running) => Promise<void>,
): Promise<void> {
  const running = await serve(verdicts, {
    port: 0,
    signals: false,
    ...options,
    tls: { ...TEST_CERTIFICATE, ...tls },
  });
  try {
    await use(running);
  } finally {
    await running.close();
  }
}

function shown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

/** Chunked where the body comes in more than one piece. */
function ask(url: string, own: object = {}, body: readonly string[] = []): Promise<string> {
  const method = body.length === 0 ? "GET" : "POST";
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, rejectUnauthorized: false, agent: false, ...own }, (reply) => {
      let text = "";
      reply.on("data", (bytes: Buffer) => (text += bytes.toString())).on("end", () => resolve(text));
    });
    sent.on("error", reject);
    if (body.length > 1) sent.write(body[0]);
    sent.end(body.at(-1));
  });
}
