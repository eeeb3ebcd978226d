import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { createServer as createHttp } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type SigningKey,
  signingKey,
  TestIssuer,
  tokenOf,
} from "../../../../waymark/src/security/issuer.fixture.ts";
import { compiledOf, orders } from "../../compile/compile.fixture.ts";
import { isInsideAddress, isInsideHost } from "../../inside-network.ts";
import { callOf, contextOf, operationOf, refusalOf, serviceOf } from "../call.fixture.ts";
import { authnKind } from "./authn.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import { type JwtScheme, jwtScheme } from "./jwt-scheme.fixture.ts";

/** Hosts of 127.0.0.1 and its like, of the networks around it, and of what clouds answer their machines by. */
const SPELLINGS = [
  // this machine
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "127.0.0.2",
  "127.255.255.254",
  "0.0.0.0",
  "0",
  "0.1",
  "00000000",
  "0x0",
  "2130706433",
  "017700000001",
  "0x7f000001",
  "0X7F000001",
  "0x7f.1",
  "0x7f.0x0.0x0.0x1",
  "0177.0.0.1",
  "0177.0x0.0.1",
  "00000177.1",
  "127.0.0.1.",
  "127.0.0.0x1",
  "127.000.000.001",
  "%31%32%37.0.0.1",
  "127%2e0%2e0%2e1",
  "１２７.０.０.１",
  "127。0。0。1",
  "①②⑦.⓪.⓪.①",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "a.localhost",
  "ⓛocalhost",
  // the same as IPv6
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[0000::0001]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[0:0:0:0:0:ffff:127.0.0.1]",
  "[::FFFF:7F00:0001]",
  "[::127.0.0.1]",
  "[::7f00:1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b:1::7f00:1]",
  "[2002:7f00:1::]",
  "[2001:0:7f00:1::]",
  // its networks
  "10.0.0.1",
  "10.1",
  "012.0.0.1",
  "167772161",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "0xc0.0xa8.1.1",
  "3232235777",
  "100.64.0.1",
  "198.18.0.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "[fc00::1]",
  "[fd12:3456::1]",
  "[fe80::1]",
  "[fec0::1]",
  "[ff02::1]",
  "[::ffff:10.0.0.1]",
  "printer.local",
  "db.internal",
  // clouds
  "169.254.169.254",
  "2852039166",
  "0xa9fea9fe",
  "0251.0376.0251.0376",
  "169.254.43518",
  "[::ffff:169.254.169.254]",
  "[::ffff:a9fe:a9fe]",
  "[64:ff9b::a9fe:a9fe]",
  "[fd00:ec2::254]",
  "metadata.google.internal",
  "100.100.100.200",
  "192.0.0.192",
  "168.63.129.16",
] as const;

/** Listens on every address of this machine, and counts who comes. */
let canary: Server;
let connections = 0;
let port = 0;
let key: SigningKey;

async function listening(host: string, wanted: number): Promise<Server> {
  const server = createServer((socket) => {
    connections++;
    socket.on("error", () => undefined).destroy();
  });
  await new Promise<void>((resolve, reject) => server.on("error", reject).listen(wanted, host, resolve));
  return server;
}

beforeAll(async () => {
  key = await signingKey("one");
  // Of the unspecified address, which takes both families where there are both.
  canary = await listening("::", 0).catch(() => listening("0.0.0.0", 0));
  port = (canary.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => canary.close(resolve)));

const scheme = (keys: JwtScheme["keys"], allowHosts: readonly string[] = []): JwtScheme =>
  jwtScheme({ keys, allowHosts });

/** What a token is answered by where its keys are there; "refused at the start" where it is not even asked. */
async function statusFor(jwt: JwtScheme): Promise<{ status: unknown; reports: readonly string[] }> {
  const context = contextOf({
    operation: operationOf({ security: [{ token: [] }] }),
    service: serviceOf({ securitySchemes: { token: jwt } }),
  });
  const token = await tokenOf(key, jwt.issuer === null ? {} : { iss: jwt.issuer });
  const call = callOf({ headers: [["authorization", `Bearer ${token}`]] }, context);
  try {
    const refusal = await refusalOf([authnKind.step({}, context)!], call);
    return { status: refusal?.status, reports: context.reports };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { status: "refused at the start", reports: context.reports };
  }
}

it("the canary sings", async () => {
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve) => socket.on("error", () => undefined).on("close", resolve));
  expect(connections).toBe(1);
  connections = 0;
});

describe("keys inside are not fetched by the word of a document", () => {
  const addresses = SPELLINGS.flatMap((host) => [
    `https://${host}:{port}/keys`,
    `http://${host}:{port}/keys`,
    `https://id.example@${host}:{port}/keys`,
    `https:\\\\${host}:{port}\\keys`,
  ]);

  it(`of ${addresses.length} spellings none, not when it is compiled and not when it is run`, async () => {
    const letIn: string[] = [];
    for (const [index, template] of addresses.entries()) {
      const address = template.replace("{port}", String(port));
      const text = orders(
        `paths: { /a: { get: { security: [{ login: [] }], responses: {} } } }\ncomponents: { securitySchemes: { login: { type: openIdConnect, openIdConnectUrl: ${JSON.stringify(address)} } } }\n`,
      );
      if (compiledOf({ orders: text }).snapshot !== undefined) letIn.push(`compiled: ${address}`);
      const { status, reports } = await statusFor(scheme({ jwks: address }));
      const isRefused = status === "refused at the start" || status === 503;
      if (!isRefused) letIn.push(`${address}: ${String(status)}`);
      if (status === 503 && reports.length === 0) letIn.push(`untold: ${address}`);
      // Discovery asks the same way: every fourth will do.
      if (index % 4 === 0) {
        const found = await statusFor({
          ...scheme({ discovery: address }),
          issuer: "https://id.example",
        });
        if (found.status === undefined || found.status === 401) letIn.push(`discovery: ${address}`);
      }
    }
    expect(letIn).toEqual([]);
    expect(connections).toBe(0);
  });

  it("by a redirect, or by what an issuer's document says", async () => {
    const issuer = await TestIssuer.start(key);
    const inside = `http://127.0.0.2:${port}/keys`;
    try {
      issuer.fault = { status: 302, headers: { location: inside } };
      const redirected = scheme({ jwks: `${issuer.url}/jwks` }, ["127.0.0.1"]);
      expect((await statusFor(redirected)).status).toBe(503);
      issuer.fault = undefined;
      issuer.discovery = { jwks_uri: inside };
      const discovery = `${issuer.url}/.well-known/openid-configuration`;
      const discovered = { ...scheme({ discovery }, ["127.0.0.1"]), issuer: issuer.url };
      const { status, reports } = await statusFor(discovered);
      expect(status).toBe(503);
      expect(reports.join()).toContain("is an address of this machine or its network");
      expect(connections).toBe(0);
      issuer.discovery = {};
      expect((await statusFor(discovered)).status).toBeUndefined();
    } finally {
      await issuer.close();
    }
  });

  it.each([
    ["loopback", ["127.0.0.1"]],
    ["IPv6", ["::1"]],
    ["mapped", ["::ffff:127.0.0.1"]],
    ["one of several", ["93.184.216.34", "127.0.0.1"]],
    ["with a zone", ["fe80::1%lo"]],
    ["nothing", []],
  ])("by a name that resolves to %s", async (_, addresses) => {
    const guarded = guardedFetch([], async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
    await expect(guarded(`http://rebound.example:${port}/keys`)).rejects.toThrow("list its host under");
    expect(connections).toBe(0);
  });

  it("by a name that resolves to another address a moment later: the one that was judged is connected to", async () => {
    let asked = 0;
    const guarded = guardedFetch([], async () => {
      asked++;
      // Documentation's own (RFC 5737): nobody is there.
      return [{ address: asked === 1 ? "203.0.113.1" : "127.0.0.1", family: 4 }];
    });
    await expect(
      guarded(`http://rebound.example:${port}/keys`, { signal: AbortSignal.timeout(300) }),
    ).rejects.toThrow(/203\.0\.113\.1|abort|time/i);
    expect([asked, connections]).toEqual([1, 0]);
  });

  it("and a resolver that does not answer holds up nobody", async () => {
    const guarded = guardedFetch([], () => new Promise(() => undefined));
    await expect(guarded("https://slow.example/keys", { signal: AbortSignal.timeout(50) })).rejects.toThrow(
      /time/i,
    );
  });
});

describe("keys are fetched", () => {
  it("from addresses of the public, with what was asked for", async () => {
    const server = createHttp((request, response) => {
      const { url, headers } = request;
      if (url === "/nothing") response.writeHead(204).end();
      else response.end(JSON.stringify({ url, host: headers.host, accept: headers.accept }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port: open } = server.address() as AddressInfo;
      // A public address here stands for the server's: what is judged, and what is connected to, are one thing elsewhere.
      const guarded = guardedFetch(["127.0.0.1"]);
      const reply = await guarded(`http://127.0.0.1:${open}/keys?a=1`, {
        headers: { accept: "application/json" },
      });
      expect(await reply.json()).toEqual({
        url: "/keys?a=1",
        host: `127.0.0.1:${open}`,
        accept: "application/json",
      });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("of public addresses and names nothing is inside", () => {
    const open = [
      "8.8.8.8",
      "93.184.216.34",
      "2606:2800:220:1:248:1893:25c8:1946",
      "168.63.129.17",
      "172.32.0.1",
      "100.128.0.1",
    ];
    expect(open.filter(isInsideAddress)).toEqual([]);
    expect(["id.example", "local.example", "internal.example.com"].filter(isInsideHost)).toEqual([]);
  });
});
