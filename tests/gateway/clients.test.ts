// Clients that are not ours, through the gateway to a service that is not ours: curl, undici, axios.
import { Agent as HttpAgent } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import axios, { type AxiosInstance } from "axios";
import { Pool } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { find, type Finished, run } from "../clients/program.ts";
import { expressDocument } from "./documents.ts";
import { Folder, GatewayProcess } from "./gateway-process.ts";
import { BIG, digestOf, type Service, startExpress, THOUSAND } from "./services.ts";

const curl = find("curl");
const BYTES = { "content-type": "application/octet-stream" };
const BIG_REPLY = { size: BIG.length, digest: digestOf(BIG) };

describe("through the gateway", { timeout: 60_000 }, () => {
  let service: Service;
  let folder: Folder;
  let gateway: GatewayProcess;
  beforeAll(async () => {
    service = await startExpress();
    folder = new Folder({
      "gateway.yaml": "limits: { body: 6MB }\nservices:\n  items: { spec: ./items.json }\n",
      "items.json": JSON.stringify(expressDocument(service.port)),
    });
    gateway = await GatewayProcess.start(folder.path);
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop("SIGKILL");
    await service?.stop();
    folder?.remove();
  });

  describe.skipIf(curl === undefined)("curl", () => {
    const ask = (args: readonly string[], input?: Uint8Array): Promise<Finished> =>
      run(curl!, ["-sS", "-q", "--max-time", "20", ...args], input);
    const at = (path: string): string => gateway.url + path;

    it("keeps its connection", async () => {
      const { output, errors } = await ask([
        "-v",
        at("/items/1"),
        at("/pieces"),
        at("/nowhere"),
        at("/items/2?q=%2F"),
      ]);
      expect(errors.match(/Re-using existing connection/g)).toHaveLength(3);
      expect(String(output)).toMatch(/^\{"id":1,"q":null\}0\n1\n[^]*999\n\{.*404.*\}\{"id":2,"q":"\/"\}$/);
    });

    it("speaks HTTP/1.0, and gets pieces as one text that ends with the connection", async () => {
      const { output } = await ask(["--http1.0", "-i", at("/pieces")]);
      const [head = "", body = ""] = String(output).split("\r\n\r\n");
      expect(body).toBe(THOUSAND);
      expect(head).toMatch(/^HTTP\/1\.[01] 200 /);
      expect(head).toMatch(/^connection: close\r?$/im);
      expect(head).not.toMatch(/^transfer-encoding:/im);
    });

    it("asks before it sends a big body", async () => {
      const args = ["-v", "-H", "expect: 100-continue", "--expect100-timeout", "20"];
      const { output, errors } = await ask(
        [...args, "-H", "content-type: application/octet-stream", "--data-binary", "@-", at("/digest")],
        BIG,
      );
      expect(errors).toMatch(/< HTTP\/1\.1 100 Continue/);
      expect(JSON.parse(String(output))).toEqual(BIG_REPLY);
    });

    it("is not asked for a body that would be refused", async () => {
      const args = ["-v", "-H", "expect: 100-continue", "--expect100-timeout", "20"];
      const tooMuch = Buffer.alloc(6 * 1024 * 1024 + 1);
      const sent = ["--data-binary", "@-", "-o", "-", "-w", "\n%{http_code} %{size_upload}"];
      const large = await ask(
        [...args, "-H", "content-type: application/octet-stream", ...sent, at("/digest")],
        tooMuch,
      );
      expect(String(large.output)).toMatch(/\n413 0$/);
      expect(large.errors).not.toContain("100 Continue");
    });

    it("sends and gets big bodies, in pieces too", async () => {
      const headers = ["-H", "content-type: application/octet-stream"];
      const known = await ask([...headers, "--data-binary", "@-", at("/digest")], BIG);
      expect(JSON.parse(String(known.output))).toEqual(BIG_REPLY);
      const pieces = await ask([...headers, "-T", "-", "-X", "POST", at("/digest")], BIG);
      expect(JSON.parse(String(pieces.output))).toEqual(BIG_REPLY);
      const big = await ask([at("/big")]);
      expect(digestOf(big.output)).toBe(BIG_REPLY.digest);
    });

    it("keeps cookies, and follows redirections to the gateway", async () => {
      const jar = join(folder.path, "jar");
      const visit = (): Promise<Finished> => ask(["-b", jar, "-c", jar, at("/visits")]);
      expect(String((await visit()).output)).toBe('{"visits":0}');
      expect(String((await visit()).output)).toBe('{"visits":1}');
      const followed = await ask(["-L", "-w", " %{url_effective}", at("/old")]);
      expect(String(followed.output)).toBe(`{"id":1,"q":null} ${at("/items/1")}`);
    });
  });

  describe("undici", () => {
    let pool: Pool;
    beforeAll(() => {
      pool = new Pool(gateway.url, { connections: 8, pipelining: 4 });
    });
    afterAll(() => pool.destroy());

    it("gets each of many answers to its own question", async () => {
      const ids = Array.from({ length: 400 }, (_, i) => i + 1);
      const answers = await Promise.all(
        ids.map(async (id) => {
          const { body } = await pool.request({ method: "GET", path: `/items/${id}?q=${id}` });
          return body.json();
        }),
      );
      expect(answers).toEqual(ids.map((id) => ({ id, q: String(id) })));
    });

    it("sends and gets many big bodies at a time", async () => {
      const replies = await Promise.all(
        Array.from({ length: 6 }, async (_, i) => {
          if (i % 2 === 0) {
            const { body } = await pool.request({ method: "GET", path: "/big" });
            return { size: BIG.length, digest: digestOf(await body.bytes()) };
          }
          const body = Readable.from([BIG.subarray(0, i), BIG.subarray(i)]);
          const reply = await pool.request({ method: "POST", path: "/digest", headers: BYTES, body });
          return reply.body.json();
        }),
      );
      expect(replies).toEqual(Array.from({ length: 6 }, () => BIG_REPLY));
    });

    it("may go away in the middle of an answer, and others do not notice", async () => {
      for (let i = 0; i < 10; i++) {
        const leaving = new AbortController();
        const { body } = await pool.request({ method: "GET", path: "/big", signal: leaving.signal });
        leaving.abort();
        await expect(body.bytes()).rejects.toThrow("aborted");
      }
      const { statusCode, body } = await pool.request({ method: "GET", path: "/items/1" });
      expect([statusCode, await body.json()]).toEqual([200, { id: 1, q: null }]);
    });
  });

  describe("axios", () => {
    let client: AxiosInstance;
    const agent = new HttpAgent({ keepAlive: true, maxSockets: 2 });
    beforeAll(() => {
      client = axios.create({ baseURL: gateway.url, httpAgent: agent, validateStatus: null, proxy: false });
    });
    afterAll(() => agent.destroy());

    it("sends and gets JSON, and reads refusals", async () => {
      const added = await client.post<unknown>("/items", { name: "Map", price: 9.9 });
      expect([added.status, added.data]).toEqual([201, { id: 7, name: "Map", price: 9.9, tags: [] }]);
      const refused = await client.post<{ errors: object[] }>("/items", { name: "Map", price: "dear" });
      expect([refused.status, refused.data.errors]).toEqual([
        422,
        [expect.objectContaining({ in: "body", pointer: "#/price" })],
      ]);
    });

    it("follows redirections to the gateway", async () => {
      const { status, data } = await client.get<unknown>("/old");
      expect([status, data]).toEqual([200, { id: 1, q: null }]);
      expect(gateway.log().filter(({ path }) => path === "/old").length).toBeGreaterThan(0);
    });

    it("sends and gets big bodies", async () => {
      const sent = await client.post<unknown>("/digest", BIG, { headers: BYTES });
      expect(sent.data).toEqual(BIG_REPLY);
      const got = await client.get<ArrayBuffer>("/big", { responseType: "arraybuffer" });
      expect(digestOf(new Uint8Array(got.data))).toBe(BIG_REPLY.digest);
    });

    it("reads a stream", async () => {
      const { data } = await client.get<Readable>("/pieces", { responseType: "stream" });
      expect((await data.setEncoding("utf8").toArray()).join("")).toBe(THOUSAND);
    });
  });
});
