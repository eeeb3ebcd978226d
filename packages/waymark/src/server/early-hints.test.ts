import { once } from "node:events";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { expect, test } from "vitest";
import { answering, type Answering } from "./answering.fixture.ts";
import { TEST_CERTIFICATE } from "./certificate.fixture.ts";
import type { Driver, Listening } from "./driver.ts";
import { hintsOf } from "./early-hints.ts";
import { nodeHttp2Driver } from "./node-http2.ts";
import { nodeHttpDriver } from "./node-http.ts";
import { RawClient } from "./raw-client.fixture.ts";

const HINTS = "Link: </a.css>; rel=preload, </b.js>; as=script\r\nlink: </c>\r\nX-Own: 1\r\n";

test("hints have links one by one, whatever is in them", () => {
  expect(hintsOf(HINTS)).toEqual({
    link: ["</a.css>; rel=preload", "</b.js>; as=script", "</c>"],
    "x-own": ["1"],
  });
  expect(hintsOf('Link: </a,b>; title="c, d"\r\n').link).toEqual(['</a,b>; title="c, d"']);
  expect(Object.entries(hintsOf("__proto__: 1\r\n"))).toEqual([["__proto__", ["1"]]]);
  expect(hintsOf("")).toEqual({});
});

const hinting = (lines: string, status = 103): Answering =>
  answering((exchange) => {
    exchange.inform?.(status, lines);
    exchange.payload = "ok";
    exchange.contentType = "text/plain";
  });

async function listening(driver: Driver, application: Answering): Promise<Listening> {
  const tls = driver === nodeHttp2Driver ? { tls: TEST_CERTIFICATE } : {};
  return driver.listen(application, { host: "127.0.0.1", port: 0, limits: application.limits, ...tls });
}

async function told(application: Answering, version = "1.1"): Promise<string> {
  const server = await listening(nodeHttpDriver, application);
  const client = new RawClient(server.port);
  try {
    client.write(`GET / HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`);
    return await client.untilEnd();
  } finally {
    server.destroy();
    await server.close();
  }
}

test("of Node's own server leave before the reply", async () => {
  expect(await told(hinting(HINTS))).toMatch(
    /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload, <\/b\.js>; as=script, <\/c>\r\nx-own: 1\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*ok$/,
  );
});

test("stay behind where nobody could read them, and where Node writes no such thing", async () => {
  const application = hinting(HINTS);
  expect(await told(application, "1.0")).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(await told(hinting("X-Own: 1\r\n"))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(await told(hinting("Link: nothing\r\n"))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(await told(hinting(HINTS, 102))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(application.errors).toEqual([]);
});

test("of HTTP/2 leave before the reply, and what it cannot carry stays behind", async () => {
  for (const [lines, hinted] of [
    [HINTS, ["</a.css>; rel=preload, </b.js>; as=script, </c>"]],
    ["Connection: close\r\n", []],
  ] as const) {
    const server = await listening(nodeHttp2Driver, hinting(lines));
    const session = connect(`https://127.0.0.1:${server.port}`, { rejectUnauthorized: false });
    const stream = session.request({ ":path": "/" });
    const links: unknown[] = [];
    stream.on("headers", (headers: IncomingHttpHeaders) => links.push(headers.link));
    const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
    expect([headers[":status"], links]).toEqual([200, hinted]);
    session.destroy();
    server.destroy();
    await server.close();
  }
});
