// TLS ends at the gateway: what clients see of its certificates, and what becomes of theirs.
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { request, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { TEST_CERTIFICATE } from "../../waymark/src/server/certificate.fixture.ts";
import { CLIENT, CLIENT_CA, FOREIGN_CLIENT, OTHER_NAME, RENEWED } from "./certificates.fixture.ts";
import { operationOf, serviceOf, snapshotOf, upstreamOf } from "./plane/snapshot.fixture.ts";
import { runGateway, type RunningGateway } from "./run-gateway.ts";
import type { ListenTls, Snapshot } from "./snapshot.ts";

const TLS: ListenTls = {
  cert: "server.pem",
  key: "server.key",
  certificates: [],
  clientCertificates: null,
  clientCa: null,
  minVersion: "TLSv1.2",
};
/** As an alert, or as a connection that is gone before the alert was read. */
const TURNED_AWAY = /alert|certificate|ECONNRESET|EPIPE|socket hang up|disconnected/i;
const printOf = (cert: string): string =>
  new X509Certificate(cert).fingerprint256.replaceAll(":", "").toLowerCase();

let upstream: Server;
let sockets: WebSocketServer;
let origin: string;
beforeAll(async () => {
  upstream = createServer((message, response) =>
    response.end(
      `${String(message.headers["x-principal"])} of ${String(message.headers["x-forwarded-proto"])}`,
    ),
  );
  sockets = new WebSocketServer({ server: upstream });
  sockets.on("connection", (socket, { headers }) => socket.send(String(headers["x-principal"])));
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(() => {
  sockets.close();
  upstream.closeAllConnections();
  upstream.close();
});

let folder: string;
let gateway: RunningGateway | undefined;
let reports: string[];
const put = (name: string, { cert, key }: { cert: string; key: string }): void => {
  writeFileSync(join(folder, `${name}.pem`), cert);
  writeFileSync(join(folder, `${name}.key`), key);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waymark-tls-"));
  put("server", TEST_CERTIFICATE);
  put("other", OTHER_NAME);
  writeFileSync(join(folder, "clients.pem"), CLIENT_CA);
  reports = [];
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  rmSync(folder, { recursive: true });
});

/** `GET /open` is for everybody, `GET /own` for clients with a certificate of a consumer. */
function snapshotWith(tls: Partial<ListenTls> = {}, http2 = false): Snapshot {
  const service = serviceOf(upstreamOf([origin]), {
    securitySchemes: { mtls: { kind: "clientCertificate" } },
  });
  const operations = [operationOf("GET /open"), operationOf("GET /own", { security: [{ mtls: [] }] })];
  const consumer = (id: string, { cert }: { cert: string }): Snapshot["consumers"][number] => ({
    id,
    keys: [],
    basic: [],
    certificates: [printOf(cert)],
    scopes: [],
    claims: {},
  });
  return {
    ...snapshotOf(service, operations, {
      listen: { host: "127.0.0.1", port: 0, tls: { ...TLS, ...tls }, ...(http2 && { http2: true }) },
    }),
    consumers: [consumer("mobile", CLIENT), consumer("stranger", FOREIGN_CLIENT)],
  };
}

async function up(tls: Partial<ListenTls> = {}, http2 = false): Promise<RunningGateway> {
  const report = (problem: string): void => void reports.push(problem);
  gateway = await runGateway(snapshotWith(tls, http2), { folder, signals: false, report, drainTime: 0 });
  return gateway;
}

const portOf = (): number => Number(new URL(gateway!.url).port);

function ask(path: string, options: RequestOptions = {}): Promise<[status: number, text: string]> {
  return new Promise((resolve, reject) => {
    request(
      {
        host: "127.0.0.1",
        port: portOf(),
        path,
        servername: "localhost",
        rejectUnauthorized: false,
        agent: false,
        ...options,
      },
      (reply: IncomingMessage) => {
        let text = "";
        reply.setEncoding("utf8").on("data", (piece: string) => (text += piece));
        reply.on("end", () => resolve([reply.statusCode!, text]));
      },
    )
      .on("error", reject)
      .end();
  });
}

function greeted(options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: "127.0.0.1", port: portOf(), servername: "localhost", rejectUnauthorized: false, ...options },
      () => resolve(socket),
    );
    socket.on("error", reject);
  });
}
async function shown(options: ConnectionOptions = {}): Promise<string> {
  const socket = await greeted(options);
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256.replaceAll(":", "").toLowerCase();
}

describe("a listener with TLS", () => {
  test("answers over https, and services are told", async () => {
    const { url } = await up();
    expect(url).toMatch(/^https:/);
    expect(await ask("/open", { ca: TEST_CERTIFICATE.cert, rejectUnauthorized: true })).toEqual([
      200,
      "undefined of https",
    ]);
  });

  test("shows the certificate of the name that is asked for, and else the first", async () => {
    await up({ certificates: [{ cert: "other.pem", key: "other.key" }] });
    const [first, other] = [printOf(TEST_CERTIFICATE.cert), printOf(OTHER_NAME.cert)];
    expect(await shown({ servername: "other.example" })).toBe(other);
    expect(await shown({ servername: "api.other.example" })).toBe(other);
    expect(await shown({ servername: "a.b.other.example" })).toBe(first);
    expect(await shown({ servername: "localhost" })).toBe(first);
    expect(await shown({ servername: "" })).toBe(first);
  });

  test("speaks no older version than it is told", async () => {
    await up({ minVersion: "TLSv1.3" });
    await expect(greeted({ maxVersion: "TLSv1.2" })).rejects.toThrow(/protocol version/);
    expect((await greeted()).getProtocol()).toBe("TLSv1.3");
  });

  test("speaks HTTP/2 with clients that can, and HTTP/1.1 with others", async () => {
    await up({ clientCertificates: "request" }, true);
    const session = connectHttp2(gateway!.url, { ...CLIENT, rejectUnauthorized: false });
    const stream = session.request({ ":path": "/own" });
    const status = new Promise((resolve) => stream.on("response", (fields) => resolve(fields[":status"])));
    let text = "";
    stream.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    await new Promise((resolve) => stream.on("end", resolve));
    expect([await status, text]).toEqual([200, "consumer:mobile of https"]);
    session.close();
    expect(await ask("/own", CLIENT)).toEqual([200, "consumer:mobile of https"]);
  });

  test.each([false, true])("carries WebSockets (HTTP/2 beside it: %s)", async (http2) => {
    await up({ clientCertificates: "request" }, http2);
    const said = async (options: object): Promise<unknown> =>
      await new Promise((resolve, reject) => {
        const socket = new WebSocket(`wss://127.0.0.1:${portOf()}/own`, {
          rejectUnauthorized: false,
          ...options,
        });
        socket.on("message", (message) => {
          socket.close();
          resolve(String(message as Buffer));
        });
        socket.on("error", reject);
      });
    expect(await said(CLIENT)).toBe("consumer:mobile");
    await expect(said({})).rejects.toThrow("401");
  });
});

describe("client certificates", () => {
  test("are nobody's where clients are not asked for them", async () => {
    await up();
    expect((await ask("/own", CLIENT))[0]).toBe(401);
  });

  test("that may be missing are known by their fingerprint alone without an authority", async () => {
    await up({ clientCertificates: "request" });
    expect(await ask("/own", CLIENT)).toEqual([200, "consumer:mobile of https"]);
    expect(await ask("/own", FOREIGN_CLIENT)).toEqual([200, "consumer:stranger of https"]);
    expect((await ask("/own", OTHER_NAME))[0]).toBe(401);
    expect((await ask("/own"))[0]).toBe(401);
    expect((await ask("/open"))[0]).toBe(200);
  });

  test.each([false, true])("that nobody vouches for count for none (HTTP/2: %s)", async (http2) => {
    await up({ clientCertificates: "request", clientCa: "clients.pem" }, http2);
    expect((await ask("/own", CLIENT))[0]).toBe(200);
    expect((await ask("/own", FOREIGN_CLIENT))[0]).toBe(401);
    expect((await ask("/open", FOREIGN_CLIENT))[0]).toBe(200);
  });

  test("that are required keep others out of the handshake", async () => {
    await up({ clientCertificates: "require", clientCa: "clients.pem" });
    expect((await ask("/own", CLIENT))[0]).toBe(200);
    await expect(ask("/open")).rejects.toThrow(TURNED_AWAY);
    await expect(ask("/open", FOREIGN_CLIENT)).rejects.toThrow(TURNED_AWAY);
  });
});

describe("a change of the files", () => {
  test("is for new connections; those that are open go on", async () => {
    await up();
    const kept = await greeted();
    put("server", RENEWED);
    await gateway!.use(gateway!.snapshot);
    expect(await shown()).toBe(printOf(RENEWED.cert));
    const reply = new Promise<string>((resolve) =>
      kept.on("data", (bytes: Buffer) => resolve(bytes.toString())),
    );
    kept.write("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect(await reply).toMatch(/^HTTP\/1\.1 200 /);
    kept.destroy();
  });

  test("goes for the other names too", async () => {
    await up({ certificates: [{ cert: "other.pem", key: "other.key" }] });
    put("other", RENEWED);
    await gateway!.use(gateway!.snapshot);
    expect(await shown({ servername: "other.example" })).toBe(printOf(TEST_CERTIFICATE.cert));
  });

  test("that leaves no pair is refused, and the former one stays", async () => {
    await up();
    writeFileSync(join(folder, "server.pem"), RENEWED.cert);
    await expect(gateway!.use(snapshotWith())).rejects.toThrow(
      /listen\.tls: 'server\.pem' and 'server\.key'/,
    );
    expect(await shown()).toBe(printOf(TEST_CERTIFICATE.cert));
    rmSync(join(folder, "server.key"));
    await expect(gateway!.use(snapshotWith())).rejects.toThrow(/'server\.key' cannot be read: ENOENT/);
  });

  test("of the authority lets nobody back in by a ticket of before", async () => {
    await up({ clientCertificates: "require", clientCa: "clients.pem" });
    const first = await greeted({ ...CLIENT, maxVersion: "TLSv1.2" });
    const session = first.getSession()!;
    first.destroy();
    const again = await greeted({ ...CLIENT, maxVersion: "TLSv1.2", session });
    expect(again.isSessionReused()).toBe(true);
    again.destroy();
    writeFileSync(join(folder, "clients.pem"), FOREIGN_CLIENT.cert);
    await gateway!.use(gateway!.snapshot);
    await expect(
      ask("/open", { ...CLIENT, maxVersion: "TLSv1.2", session } as RequestOptions),
    ).rejects.toThrow(TURNED_AWAY);
    expect((await ask("/own", FOREIGN_CLIENT))[0]).toBe(200);
  });

  test("of what only a start can do is told", async () => {
    await up();
    await gateway!.use(snapshotWith({ clientCertificates: "request" }));
    expect(reports).toEqual(["What has changed of `listen` is taken at the next start."]);
  });
});

test("a gateway without its files does not start", async () => {
  rmSync(join(folder, "server.pem"));
  await expect(up()).rejects.toThrow(/listen\.tls: 'server\.pem' cannot be read/);
});
