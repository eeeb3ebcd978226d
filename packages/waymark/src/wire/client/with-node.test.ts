import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { Pool } from "./pool.ts";
import type { BodySink, BodySource } from "./request-body.ts";
import { writeRequestHead } from "./request-head.ts";
import { exchange } from "./upstream.fixture.ts";

async function withNode(serve: RequestListener, use: (pool: Pool) => Promise<void>): Promise<void> {
  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const pool = new Pool({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  try {
    await use(pool);
  } finally {
    await pool.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

it("speaks with Node's server: lengths, chunks, trailers and hints", async () => {
  await withNode(
    (request, response) => {
      if (request.url === "/length") return void response.end("length");
      response.writeEarlyHints({ link: "</a>; rel=preload" });
      response.setHeader("Trailer", "X-T");
      response.write("chu");
      response.addTrailers({ "X-T": "t" });
      setImmediate(() => response.end("nks"));
    },
    async (pool) => {
      for (let i = 0; i < 3; i++) {
        const length = exchange(pool, writeRequestHead("GET", "/length", [["Host", "a"]]), { whole: true });
        expect(await length.done).toMatchObject({ body: "length", calls: ["whole"] });
        const chunks = exchange(pool, writeRequestHead("GET", "/chunks", [["Host", "a"]]));
        expect(await chunks.done).toMatchObject({
          body: "chunks",
          informational: [103],
          trailers: [["x-t", "t"]],
        });
      }
      expect(pool.stats).toMatchObject({ connects: 1, reuses: 5, strays: 0 });
    },
  );
});

it("sends a body when the upstream has said that it wants it", async () => {
  await withNode(
    (request, response) => {
      let body = "";
      request.on("data", (bytes) => (body += String(bytes)));
      request.on("end", () => response.end(body));
    },
    async (pool) => {
      let sink: BodySink | undefined;
      const body: BodySource = {
        length: 5,
        start: (given) => (sink = given),
        resume: () => undefined,
        cancel: () => expect.fail("cancelled"),
      };
      const head = writeRequestHead("POST", "/", [
        ["Host", "a"],
        ["Content-Length", "5"],
        ["Expect", "100-continue"],
      ]);
      const onInformational = (): void => {
        sink!.write("hello");
        sink!.end();
      };
      const { done } = exchange(pool, head, { body, handler: { onInformational } });
      expect(await done).toMatchObject({ body: "hello", informational: [100], status: 200 });
    },
  );
});
