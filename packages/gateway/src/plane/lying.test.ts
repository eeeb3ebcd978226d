import { describe, expect, test } from "vitest";
import { ask, DRIVERS, eventually, gatewayFor, get, rawUpstream, type Peer } from "./plane.fixture.ts";
import { operationOf, serviceOf, snapshotOf, upstreamOf } from "./snapshot.fixture.ts";

const answer = (text: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
const FORGED = answer("forged");

/** Answers each GET with its path, and does what a script says besides. */
function echoing(lie: (peer: Peer, path: string) => void): (peer: Peer, text: string) => void {
  return (peer, text) => {
    for (const [, path] of text.matchAll(/(?:GET|HEAD) (\S+) /g)) {
      peer.socket.write(answer(path!));
      lie(peer, path!);
    }
  };
}

describe.each(DRIVERS)("an upstream that answers what nobody has asked (%s)", (driver) => {
  const started = async (
    lie: (peer: Peer, path: string) => void,
    requests?: number,
  ): Promise<{ port: number; peers: readonly Peer[]; open(): number }> => {
    const upstream = await rawUpstream(echoing(lie));
    const { pool } = upstreamOf([]);
    const service = serviceOf(
      upstreamOf([upstream.origin], { pool: { ...pool, ...(requests !== undefined && { requests }) } }),
    );
    const operations = ["GET", "HEAD"].map((method) => operationOf(`${method} /{rest:path}`));
    const { port } = await gatewayFor(snapshotOf(service, operations), driver);
    return { port, peers: upstream.peers, open: upstream.open };
  };
  const asked = async (port: number, count: number): Promise<string[]> => {
    const wrong: string[] = [];
    for (let i = 0; i < count; i++) {
      const text = await ask(port, get(`/${i}`), /\r\n\r\n[^]+/);
      if (!text.endsWith(`\r\n\r\n/${i}`)) wrong.push(text);
    }
    return wrong;
  };

  test("is believed with one request a connection from then on", async () => {
    const { port, peers, open } = await started(({ socket }) => {
      setImmediate(() => socket.write(FORGED));
    });
    expect(await asked(port, 1)).toEqual([]);
    await eventually(() => open() === 0);
    expect(await asked(port, 50)).toEqual([]);
    expect(peers.length).toBe(51);
  });

  test("is found out by an answer in the same bytes", async () => {
    const { port } = await started(({ socket }, path) => {
      if (path === "/0") socket.write(FORGED);
    });
    expect(await asked(port, 5)).toEqual([]);
  });

  test("may send a body to HEAD, and no other request gets it", async () => {
    const { port } = await started(() => undefined);
    for (let i = 0; i < 10; i++) {
      const head = await ask(port, get(`/${i}`).replace("GET", "HEAD"));
      expect(head).toMatch(/^HTTP\/1\.1 200 /);
      expect(await asked(port, 1)).toEqual([]);
    }
  });

  test("meets no connection twice where the configuration says so", async () => {
    const { port, peers } = await started(({ socket }) => {
      setImmediate(() => socket.write(FORGED));
    }, 1);
    expect(await asked(port, 20)).toEqual([]);
    expect(peers.map(({ received }) => received.match(/ HTTP\/1\.1\r\n/g)?.length)).toEqual(
      Array.from({ length: 20 }, () => 1),
    );
  });
});

test("an honest upstream's connections are kept", async () => {
  const upstream = await rawUpstream(echoing(() => undefined));
  const service = serviceOf(upstreamOf([upstream.origin]));
  const { port } = await gatewayFor(snapshotOf(service, [operationOf("GET /{rest:path}")]));
  for (let i = 0; i < 10; i++) await ask(port, get(`/${i}`), /\r\n\r\n\/\d/);
  expect(upstream.peers.length).toBe(1);
});
