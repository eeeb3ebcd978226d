// Waymark behind a proxy that keeps its connections to it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Client } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Daemon, find, run, startDaemon } from "./program.ts";
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

const curl = find("curl");

interface Proxy {
  readonly program: string;
  readonly configuration: (folder: string, port: number) => string;
  readonly args: (folder: string, file: string) => string[];
}

/** They listen on sockets in the file system: no port has to be guessed. */
const socketIn = (folder: string): string => join(folder, "proxy.sock");

const nginx = (location: string): Proxy => ({
  program: "nginx",
  configuration: (folder, port) => `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;
    events { worker_connections 64; }
    http {
      access_log off;
      ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
      upstream waymark { server 127.0.0.1:${port}; keepalive 8; }
      server {
        listen unix:${socketIn(folder)};
        client_max_body_size 64m;
        location / {
          proxy_pass http://waymark; proxy_http_version 1.1; proxy_set_header Connection "";
          proxy_next_upstream off; ${location}
        }
      }
    }`,
  args: (folder, file) => ["-p", folder, "-c", file, "-e", "stderr"],
});

const PROXIES: Record<string, Proxy> = {
  nginx: nginx(""),
  "nginx without buffers": nginx("proxy_buffering off; proxy_request_buffering off;"),
  HAProxy: {
    program: "haproxy",
    configuration: (folder, port) => `
global
  maxconn 64
defaults
  mode http
  option http-keep-alive
  http-reuse always
  retries 0
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend in
  bind unix@${socketIn(folder)}
  default_backend waymark
backend waymark
  server one 127.0.0.1:${port}
`,
    args: (_folder, file) => ["-db", "-f", file],
  },
};

describe.each(Object.entries(PROXIES))(
  "%s",
  { timeout: 60_000 },
  (name, { program, configuration, args }) => {
    const found = find(program);
    describe.skipIf(found === undefined).each(DRIVERS)("before %s", (server) => {
      const folder = mkdtempSync(join(tmpdir(), "waymark-proxy-"));
      let target: Target;
      let proxy: Daemon;
      let client: Client;
      beforeAll(async () => {
        target = await startTarget({ server });
        const file = join(folder, "configuration");
        writeFileSync(file, configuration(folder, target.port));
        proxy = await startDaemon(found!, args(folder, file), socketIn(folder));
        client = new Client("http://proxy.test", { socketPath: socketIn(folder) });
      });
      afterAll(async () => {
        await client?.destroy();
        await proxy?.stop();
        await target?.close();
        rmSync(folder, { recursive: true, force: true });
      });

      it("keeps a connection over many requests", async () => {
        target.connections();
        for (let id = 0; id < 50; id++) {
          const { statusCode, body } = await client.request({ method: "GET", path: `/items/${id}?q=%2F` });
          expect([statusCode, await body.json()]).toEqual([200, { id, q: "/" }]);
        }
        expect(target.connections()).toBe(1);
      });

      it("passes heads, errors and pieces on", async () => {
        target.connections();
        const head = await client.request({ method: "HEAD", path: "/big" });
        expect([head.headers["content-length"], await head.body.text()]).toEqual([String(BIG.length), ""]);
        const nowhere = await client.request({ method: "GET", path: "/nowhere" });
        expect([nowhere.statusCode, nowhere.headers["content-type"]]).toEqual([
          404,
          "application/problem+json",
        ]);
        await nowhere.body.dump();
        const pieces = await client.request({ method: "GET", path: "/pieces" });
        expect(await pieces.body.text()).toBe(THOUSAND);
        expect(target.connections()).toBeLessThanOrEqual(1);
      });

      it("passes big bodies on, both ways", async () => {
        const big = await client.request({ method: "GET", path: "/big" });
        expect(digestOf(await big.body.bytes())).toBe(BIG_DIGEST);
        const bodies = [
          (): Buffer => BIG,
          (): Readable => Readable.from([BIG.subarray(0, 9), BIG.subarray(9)]),
        ];
        for (const body of bodies) {
          const { body: answer } = await client.request({ method: "POST", path: "/digest", body: body() });
          expect(await answer.json()).toEqual({ size: BIG.length, digest: BIG_DIGEST });
        }
        const echo = await client.request({ method: "POST", path: "/echo", body: BIG });
        expect(digestOf(await echo.body.bytes())).toBe(BIG_DIGEST);
      });

      it.skipIf(curl === undefined)("passes a refusal on and goes on", async () => {
        const refused = await run(
          curl!,
          [
            ...["-sS", "-q", "--unix-socket", socketIn(folder), "--data-binary", "@-"],
            ...["-o", join(folder, "answer"), "-w", "%{http_code}", "http://proxy.test/digest"],
          ],
          Buffer.alloc(BODY_LIMIT + 1),
        );
        expect(refused.output.toString(), refused.errors).toBe("413");
        const after = await client.request({ method: "GET", path: "/items/1" });
        expect([after.statusCode, await after.body.json()]).toEqual([200, { id: 1, q: null }]);
      });

      // With its buffers nginx holds small pieces back.
      const streams = name === "nginx" ? [] : [program];
      it.each(streams)("passes a stream on while it is being made", async () => {
        const path = `/held/${program}-${server}`;
        const { body } = await client.request({ method: "GET", path });
        const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
        expect(String((await pieces.next()).value)).toBe("first ");
        const other = new Client("http://proxy.test", { socketPath: socketIn(folder) });
        const released = await other.request({ method: "POST", path });
        expect(await released.body.json()).toEqual({ wasHeld: true });
        await other.close();
        expect(String((await pieces.next()).value)).toBe("second");
        expect((await pieces.next()).done).toBe(true);
      });
    });
  },
);
