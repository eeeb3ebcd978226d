// What whoever runs a gateway is told, and what a renewed certificate needs: nothing.
import { X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { RENEWED } from "../../packages/gateway/src/certificates.fixture.ts";
import { TEST_CERTIFICATE } from "../../packages/waymark/src/server/certificate.fixture.ts";
import { Folder, GatewayProcess } from "./gateway-process.ts";

const DOCUMENT = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Things", version: "1.0.0" },
  servers: [{ url: "http://127.0.0.1:1" }],
  security: [],
  paths: { "/one": { get: { responses: { 200: { description: "OK" } } } } },
});
const FILES = {
  "things.json": DOCUMENT,
  "server.pem": TEST_CERTIFICATE.cert,
  "server.key": TEST_CERTIFICATE.key,
};

function shown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: "127.0.0.1", port, servername: "localhost", rejectUnauthorized: false },
      () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      },
    );
    socket.on("error", reject);
  });
}

describe("a gateway that runs", { timeout: 60_000 }, () => {
  let folder: Folder | undefined;
  let gateway: GatewayProcess | undefined;
  let other: Server | undefined;
  afterEach(async () => {
    await gateway?.stop("SIGKILL");
    folder?.remove();
    other?.close();
    gateway = folder = other = undefined;
  });

  it("takes a renewed certificate when its files are saved", async () => {
    folder = new Folder({
      ...FILES,
      "gateway.yaml":
        "listen: { tls: { cert: ./server.pem, key: ./server.key } }\nservices:\n  things: { spec: ./things.json }\n",
    });
    gateway = await GatewayProcess.start(folder.path);
    expect(gateway.url).toMatch(/^https:/);
    expect(await shown(gateway.port)).toBe(new X509Certificate(TEST_CERTIFICATE.cert).fingerprint256);
    folder.write("server.key", RENEWED.key);
    folder.write("server.pem", RENEWED.cert);
    const { port } = gateway;
    await expect
      .poll(() => shown(port), { timeout: 20_000 })
      .toBe(new X509Certificate(RENEWED.cert).fingerprint256);
  });

  it("tells each thing on a line of JSON, away from a terminal", async () => {
    folder = new Folder({ ...FILES, "gateway.yaml": "services:\n  things: { spec: ./things.json }\n" });
    gateway = await GatewayProcess.start(folder.path);
    expect((await fetch(`${gateway.url}/one`)).status).toBe(502);
    await gateway.tells(/ECONNREFUSED 127\.0\.0\.1:1/);
    folder.write("gateway.yaml", "services:\n  things: { spek: ./things.json }\n");
    await gateway.tells(/is not taken/);
    const lines = gateway.told.split("\n").filter((line) => line !== "");
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records).toContainEqual({
      time: expect.any(String),
      level: "error",
      msg: "service 'things': http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
      code: "ECONNREFUSED",
    });
    expect(records).toContainEqual(
      expect.objectContaining({
        level: "error",
        code: "GW201",
        place: "gateway.yaml:2",
        remedy: expect.any(String),
      }),
    );
  });

  it("says by which option another port is had where its own is taken", async () => {
    other = createServer();
    await new Promise<void>((resolve) => other!.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    folder = new Folder({
      ...FILES,
      "gateway.yaml": "services:\n  things: { spec: ./things.json }\n",
    });
    const start = GatewayProcess.start(folder.path, "--port", String(port));
    const said = await start.then(
      () => "it runs",
      (error: Error) => error.message,
    );
    expect(said).toMatch(new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is taken\\.`));
    expect(said).toContain(`--port ${port + 1}`);
    expect(said).not.toMatch(/serve\(|^ +at /m);
  });
});
