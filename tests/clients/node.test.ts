// Clients that run on Node: its own fetch, undici's pool, axios.
import { Agent } from "node:http";
import { Readable } from "node:stream";
import axios from "axios";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Pool } from "undici";
import {
  BIG,
  BIG_DIGEST,
  BODY_LIMIT,
  digestOf,
  DRIVERS,
  startTarget,
  type Target,
  THOUSAND,
} from "./target.ts";

const TWENTY = Array.from({ length: 20 }, (_, i) => i);
const BIG_ANSWER = { size: BIG.length, digest: BIG_DIGEST };
/** Pieces as they come: a body whose length nobody knows before. */
const inPieces = function* (): Generator<Buffer> {
  for (let at = 0; at < BIG.length; at += 100_000) yield BIG.subarray(at, at + 100_000);
};

describe.each(DRIVERS)("clients on Node and %s", { timeout: 60_000 }, (server) => {
  let target: Target;
  beforeAll(async () => {
    target = await startTarget({ server });
  });
  afterAll(() => target?.close());

  describe("fetch", () => {
    it("keeps its connections", async () => {
      target.connections();
      for (const id of TWENTY) {
        const response = await fetch(`${target.url}/items/${id}?q=%C3%A9`);
        expect(await response.json()).toEqual({ id, q: "é" });
      }
      // It may ask again before it has taken the end of an answer in.
      expect(target.connections()).toBeLessThanOrEqual(3);
    });

    it("sends and gets what is big", async () => {
      const body = (): RequestInit => ({ method: "POST", body: BIG });
      expect(await (await fetch(`${target.url}/digest`, body())).json()).toEqual(BIG_ANSWER);
      const echoed = await fetch(`${target.url}/echo`, body());
      expect(digestOf(new Uint8Array(await echoed.arrayBuffer()))).toBe(BIG_DIGEST);
      const big = await fetch(`${target.url}/big`);
      expect(digestOf(new Uint8Array(await big.arrayBuffer()))).toBe(BIG_DIGEST);
    });

    it("sends a stream", async () => {
      const body = Readable.toWeb(Readable.from(inPieces())) as ReadableStream;
      const init = { method: "POST", body, duplex: "half" } as RequestInit;
      expect(await (await fetch(`${target.url}/digest`, init)).json()).toEqual(BIG_ANSWER);
    });

    it("reads a stream while it is being made", async () => {
      const url = `${target.url}/held/fetch-${server}`;
      const reader = (await fetch(url)).body!.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader.read()).value).toBe("first ");
      expect(await (await fetch(url, { method: "POST" })).json()).toEqual({ wasHeld: true });
      expect((await reader.read()).value).toBe("second");
      expect((await reader.read()).done).toBe(true);
    });

    it("hears that it sent too much", async () => {
      const body = Buffer.alloc(BODY_LIMIT + 1);
      expect((await fetch(`${target.url}/digest`, { method: "POST", body })).status).toBe(413);
      expect((await fetch(`${target.url}/items/1`)).status).toBe(200);
    });
  });

  describe("undici's pool", () => {
    it("pipelines over two connections", async () => {
      const pool = new Pool(target.url, { connections: 2, pipelining: 8 });
      try {
        target.connections();
        const ids = Array.from({ length: 300 }, (_, id) => id);
        const answers = ids.map(async (id) => {
          const { statusCode, body } = await pool.request({ method: "GET", path: `/items/${id}` });
          return [statusCode, await body.json()];
        });
        expect(await Promise.all(answers)).toEqual(ids.map((id) => [200, { id, q: null }]));
        expect(target.connections()).toBeLessThanOrEqual(2);
      } finally {
        await pool.close();
      }
    });

    it("sends big bodies and small requests by turns", async () => {
      const pool = new Pool(target.url, { connections: 2, pipelining: 4 });
      try {
        const answers = TWENTY.map(async (id) => {
          const isBig = id % 4 === 0;
          const { body } = await pool.request(
            isBig ? { method: "POST", path: "/digest", body: BIG } : { method: "GET", path: `/items/${id}` },
          );
          return body.json();
        });
        expect(await Promise.all(answers)).toEqual(
          TWENTY.map((id) => (id % 4 === 0 ? BIG_ANSWER : { id, q: null })),
        );
      } finally {
        await pool.close();
      }
    });

    it("asks for heads and lets go of bodies", async () => {
      const pool = new Pool(target.url, { connections: 1 });
      try {
        for (const path of ["/big", "/items/1", "/pieces"]) {
          const { statusCode, body } = await pool.request({ method: "HEAD", path });
          expect([path, statusCode, await body.text()]).toEqual([path, 200, ""]);
        }
        const { body } = await pool.request({ method: "GET", path: "/big" });
        body.on("error", () => undefined).destroy();
        const after = await pool.request({ method: "GET", path: "/items/3" });
        expect(await after.body.json()).toEqual({ id: 3, q: null });
      } finally {
        await pool.close();
      }
    });
  });

  describe("axios", () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    afterAll(() => agent.destroy());
    const client = (): ReturnType<typeof axios.create> =>
      axios.create({ baseURL: target.url, httpAgent: agent, proxy: false, validateStatus: () => true });

    it("keeps its connections", async () => {
      target.connections();
      const answers = await Promise.all(
        TWENTY.map((id) => client().get(`/items/${id}`, { params: { q: "a&b" } })),
      );
      expect(answers.map(({ status, data }) => [status, data])).toEqual(
        TWENTY.map((id) => [200, { id, q: "a&b" }]),
      );
      expect(target.connections()).toBeLessThanOrEqual(4);
    });

    it("sends and gets what is big", async () => {
      expect((await client().post("/digest", BIG)).data).toEqual(BIG_ANSWER);
      expect((await client().post("/digest", Readable.from(inPieces()))).data).toEqual(BIG_ANSWER);
      const { data } = await client().get<Buffer>("/big", { responseType: "arraybuffer" });
      expect(digestOf(data)).toBe(BIG_DIGEST);
      const pieces = await client().get<string>("/pieces", { responseType: "text" });
      expect(pieces.data).toBe(THOUSAND);
    });

    it("reads a stream while it is being made", async () => {
      const where = `/held/axios-${server}`;
      const { data } = await client().get<Readable>(where, { responseType: "stream" });
      const pieces = data.setEncoding("utf8")[Symbol.asyncIterator]() as AsyncIterator<string>;
      expect((await pieces.next()).value).toBe("first ");
      expect((await client().post(where)).data).toEqual({ wasHeld: true });
      expect((await pieces.next()).value).toBe("second");
    });

    it("hears of what is wrong", async () => {
      expect((await client().get("/items/x")).status).toBe(422);
      expect((await client().get("/nowhere")).status).toBe(404);
      expect((await client().put("/items/1")).headers["allow"]).toContain("GET");
    });
  });
});
