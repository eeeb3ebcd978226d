// A certificate that was renewed, and clients for which somebody vouches.
import { X509Certificate } from "node:crypto";
import { request } from "node:https";
import { connect } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { CLIENT, CLIENT_CA, FOREIGN_CLIENT, RENEWED } from "../../../gateway/src/certificates.fixture.ts";
import type { ServableApp } from "./application.ts";
import { TEST_CERTIFICATE } from "./certificate.fixture.ts";
import { serve, type Running, type ServeOptions } from "./serve.ts";

let running: Running | undefined;
afterEach(() => running?.close());

const verdicts: ServableApp = {
  handle(exchange) {
    exchange.status = 200;
    exchange.payload = String(exchange.isClientVerified);
    void exchange.end();
  },
};

const WAYS: readonly [string, ServeOptions][] = [
  ["wire", { server: "wire" }],
  ["node-http", { server: "node-http" }],
  ["http2", { http2: true }],
];

describe.each(WAYS)("TLS (%s)", (_, options) => {
  const up = async (tls: object = {}): Promise<Running> =>
    (running = await serve(verdicts, {
      port: 0,
      signals: false,
      ...options,
      tls: { ...TEST_CERTIFICATE, ...tls },
    }));

  const shown = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port } = running!;
      const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      });
      socket.on("error", reject);
    });
  const ask = (own: object = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      request(running!.url, { rejectUnauthorized: false, agent: false, ...own }, (reply) => {
        let text = "";
        reply.on("data", (bytes: Buffer) => (text += bytes.toString())).on("end", () => resolve(text));
      })
        .on("error", reject)
        .end();
    });

  test("greets new connections with the certificate that was renewed", async () => {
    const { renewTls } = await up();
    expect(await shown()).toBe(new X509Certificate(TEST_CERTIFICATE.cert).fingerprint256);
    expect(() => renewTls({ cert: RENEWED.cert, key: TEST_CERTIFICATE.key })).toThrow("key values mismatch");
    expect(await shown()).toBe(new X509Certificate(TEST_CERTIFICATE.cert).fingerprint256);
    renewTls(RENEWED);
    expect(await shown()).toBe(new X509Certificate(RENEWED.cert).fingerprint256);
  });

  test("knows for which clients somebody vouches", async () => {
    const { renewTls } = await up({ ca: CLIENT_CA, requestCert: true, rejectUnauthorized: false });
    expect([await ask(), await ask(CLIENT), await ask(FOREIGN_CLIENT)]).toEqual(["false", "true", "false"]);
    renewTls({ ...TEST_CERTIFICATE, ca: FOREIGN_CLIENT.cert });
    expect([await ask(CLIENT), await ask(FOREIGN_CLIENT)]).toEqual(["false", "true"]);
  });
});

test("a server without TLS has no certificate to renew", async () => {
  running = await serve(verdicts, { port: 0, signals: false });
  const { renewTls } = running;
  expect(() => renewTls(RENEWED)).toThrow("There is no TLS here");
});
