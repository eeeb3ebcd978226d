import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import zlib from "node:zlib";
import type { Readable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import type { App } from "../app.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { appWith } from "./app.fixture.ts";
import { compression, type CompressionOptions } from "./compression.ts";
import { etag } from "./etag.ts";

const TEXT = "The same line, many times over.\n".repeat(200);
const GZIP = { "accept-encoding": "gzip" };

function appOf(answer: () => unknown, options: CompressionOptions = {}): App {
  const app = appWith([compression(options)]);
  app.get("/", answer);
  return app;
}

const encodingOf = (response: Response): string | null => response.headers.get("content-encoding");
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
const gunzipped = async (response: Response): Promise<string> =>
  zlib.gunzipSync(await bytesOf(response)).toString();

describe("whole bodies", () => {
  it("are compressed by what the client prefers", async () => {
    const app = appOf(() => reply.text(TEXT));
    const gzip = await app.request("/", { headers: GZIP });
    expect(Object.fromEntries(gzip.headers)).toMatchObject({
      "content-encoding": "gzip",
      "content-type": "text/plain; charset=utf-8",
      vary: "Accept-Encoding",
    });
    expect(Number(gzip.headers.get("content-length"))).toBeLessThan(TEXT.length / 10);
    expect(await gunzipped(gzip)).toBe(TEXT);
    const br = await app.request("/", { headers: { "accept-encoding": "gzip, deflate, br" } });
    expect(encodingOf(br)).toBe("br");
    expect(zlib.brotliDecompressSync(await bytesOf(br)).toString()).toBe(TEXT);
  });

  it.runIf("zstdDecompressSync" in zlib)("are compressed by zstd where Node has it", async () => {
    const app = appOf(() => reply.text(TEXT));
    const response = await app.request("/", { headers: { "accept-encoding": "zstd, gzip;q=0.9" } });
    expect(encodingOf(response)).toBe("zstd");
    const { zstdDecompressSync } = zlib as unknown as { zstdDecompressSync(bytes: Uint8Array): Buffer };
    expect(zstdDecompressSync(await bytesOf(response)).toString()).toBe(TEXT);
  });

  it("are JSON, problems and bytes of a fitting type too", async () => {
    const list = Array.from({ length: 200 }, (_, id) => ({ id, name: "Compass" }));
    const json = await appOf(() => list).request("/", { headers: GZIP });
    expect(JSON.parse(await gunzipped(json))).toEqual(list);
    const problem = await appOf(() => HttpError.throw(400, TEXT)).request("/", { headers: GZIP });
    expect([problem.status, encodingOf(problem)]).toEqual([400, "gzip"]);
    const bytes = new TextEncoder().encode(TEXT);
    const wasm = await appOf(() => reply.bytes(bytes, "application/wasm")).request("/", { headers: GZIP });
    expect(await gunzipped(wasm)).toBe(TEXT);
  });

  it("of a web Response are streams, and compressed as such", async () => {
    const response = await appOf(() => new Response(TEXT)).request("/", { headers: GZIP });
    expect(encodingOf(response)).toBe("gzip");
    expect(await gunzipped(response)).toBe(TEXT);
  });

  it.each<[string, () => unknown]>([
    ["small ones", () => reply.text("x".repeat(1023))],
    ["small ones, counted in bytes", () => reply.text("é".repeat(511))],
    ["images", () => reply.bytes(new Uint8Array(5000), "image/png")],
    ["bytes of no type", () => reply.bytes(new Uint8Array(5000))],
    [
      "encoded ones",
      () =>
        reply.bytes(zlib.gzipSync(TEXT.repeat(99)), "text/plain", {
          headers: { "content-encoding": "gzip" },
        }),
    ],
    [
      "those that nobody may transform",
      () => reply.text(TEXT, { headers: { "cache-control": "max-age=60, No-Transform" } }),
    ],
    ["what does not shrink", () => reply.bytes(new Uint8Array(randomBytes(3000)), "text/plain")],
  ])("stay as they are: %s", async (_, answer) => {
    const plain = await appOf(answer).request("/");
    const asked = await appOf(answer).request("/", { headers: GZIP });
    expect(encodingOf(asked)).toBe(encodingOf(plain));
    expect(asked.headers.get("content-length")).toBe(plain.headers.get("content-length"));
  });

  it("vary by Accept-Encoding wherever they could be compressed, and nowhere else", async () => {
    const varyOf = async (answer: () => unknown, headers = {}): Promise<string | null> =>
      (await appOf(answer).request("/", { headers })).headers.get("vary");
    expect(await varyOf(() => reply.text(TEXT))).toBe("Accept-Encoding");
    expect(await varyOf(() => reply.text("small"), GZIP)).toBe("Accept-Encoding");
    expect(await varyOf(() => reply.text(TEXT, { headers: { vary: "Cookie" } }), GZIP)).toBe(
      "Cookie, Accept-Encoding",
    );
    expect(await varyOf(() => reply.text(TEXT, { headers: { vary: "accept-encoding" } }), GZIP)).toBe(
      "accept-encoding",
    );
    expect(await varyOf(() => reply.text(TEXT, { headers: { vary: "*" } }), GZIP)).toBe("*");
    expect(await varyOf(() => reply.bytes(new Uint8Array(5000), "image/png"), GZIP)).toBeNull();
    expect(await varyOf(() => undefined, GZIP)).toBeNull();
  });

  it("HEAD says what GET would", async () => {
    const app = appOf(() => reply.text(TEXT));
    const get = await app.request("/", { headers: GZIP });
    const head = await app.request("HEAD /", { headers: GZIP });
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    expect(await head.text()).toBe("");
  });

  it("a strong ETag becomes a weak one, a weak one stays", async () => {
    const tagOf = async (etag: string): Promise<string | null> => {
      const app = appOf(() => reply.text(TEXT, { headers: { etag, "accept-ranges": "bytes" } }));
      const response = await app.request("/", { headers: GZIP });
      expect(response.headers.get("accept-ranges")).toBeNull();
      return response.headers.get("etag");
    };
    expect(await tagOf('"v1"')).toBe('W/"v1"');
    expect(await tagOf('W/"v1"')).toBe('W/"v1"');
  });

  it("a part of a file is not compressed, nor is a reply without a body", async () => {
    const file = import.meta.filename;
    const app = appOf(() => reply.file(file, { contentType: "text/plain" }));
    const part = await app.request("/", { headers: { ...GZIP, range: "bytes=0-1999" } });
    expect([part.status, encodingOf(part), part.headers.get("content-length")]).toEqual([206, null, "2000"]);
    expect(part.headers.get("content-range")).toMatch(/^bytes 0-1999/);
    await bytesOf(part);
    // what a cache holds of it is not for whoever would have the whole compressed
    for (const headers of [{ range: "bytes=0-9" }, { ...GZIP, range: "bytes=0-9" }]) {
      const piece = await app.request("/", { headers });
      expect([piece.status, piece.headers.get("vary")]).toEqual([206, "Accept-Encoding"]);
      await bytesOf(piece);
    }
    const image = appOf(() => reply.file(file, { contentType: "image/png" }));
    const pixels = await image.request("/", { headers: { range: "bytes=0-9" } });
    expect([pixels.status, pixels.headers.get("vary")]).toEqual([206, null]);
    await bytesOf(pixels);
    const whole = await app.request("/", { headers: GZIP });
    expect(encodingOf(whole)).toBe("gzip");
    expect(whole.headers.get("content-length")).toBeNull();
    await bytesOf(whole);
    expect((await appOf(() => undefined).request("/", { headers: GZIP })).status).toBe(204);
  });

  it("a client that refuses identity gets small ones compressed too, and 406 where there is nothing for it", async () => {
    let ran = 0;
    const app = appOf(() => reply.text(`small ${++ran}`));
    const small = await app.request("/", { headers: { "accept-encoding": "gzip, identity;q=0" } });
    expect(await gunzipped(small)).toBe("small 1");
    const none = await app.request("/", { headers: { "accept-encoding": "deflate, *;q=0" } });
    expect(none.status).toBe(406);
    expect(none.headers.get("vary")).toBe("Accept-Encoding");
    expect(ran).toBe(1);
  });
});

describe("options", () => {
  it("say codings by preference, the smallest size, further types and the level", async () => {
    const headers = { "accept-encoding": "gzip, br" };
    const encoded = async (answer: () => unknown, options: CompressionOptions): Promise<string | null> =>
      encodingOf(await appOf(answer, options).request("/", { headers }));
    const text = (): unknown => reply.text(TEXT);
    expect(await encoded(text, { encodings: ["gzip", "br"] })).toBe("gzip");
    expect(await encoded(() => reply.text("x".repeat(50)), { minimumSize: 50 })).toBe("br");
    expect(await encoded(text, { minimumSize: 1e6 })).toBeNull();
    const pdf = (): unknown => reply.bytes(new Uint8Array(5000), "Application/PDF; a=b");
    expect(await encoded(pdf, {})).toBeNull();
    expect(await encoded(pdf, { types: ["application/pdf"] })).toBe("br");
    expect(await encoded(text, { types: ["application/pdf"] })).toBe("br");
    expect(await encoded(text, { types: (type) => type === "application/pdf" })).toBeNull();
    expect(await encoded(pdf, { types: (type) => type === "application/pdf" })).toBe("br");
    const sizeAt = async (level: number): Promise<number> =>
      Number(
        (await appOf(text, { level: { gzip: level } }).request("/", { headers: GZIP })).headers.get(
          "content-length",
        ),
      );
    expect(await sizeAt(0)).toBeGreaterThan(await sizeAt(9));
  });

  it("that are wrong are refused when it is made", () => {
    expect(() => compression({ encodings: ["deflate" as "gzip"] })).toThrow(
      "'deflate' is no coding it knows",
    );
    expect(() => compression({ encodings: [] })).toThrow("none of");
    expect(() => compression({ minimumSize: -1 })).toThrow(
      "minimumSize is a number of bytes, not the number -1",
    );
  });

  it("of the nearest one count", async () => {
    const app = appWith([compression()]);
    app.get("/", () => reply.text("x".repeat(100)), { middleware: [compression({ minimumSize: 10 })] });
    app.get("/other", () => reply.text("x".repeat(100)));
    expect(encodingOf(await app.request("/", { headers: GZIP }))).toBe("gzip");
    expect(encodingOf(await app.request("/other", { headers: GZIP }))).toBeNull();
  });
});

describe("streams", () => {
  const streamOf = (pieces: AsyncIterable<string | Uint8Array>, type = "text/plain"): App =>
    appOf(() => reply.stream(pieces, type));

  it.each(["gzip", "br"])(
    "are compressed piece by piece, each readable when it comes: %s",
    async (encoding) => {
      let release!: () => void;
      const released = new Promise<void>((resolve) => (release = resolve));
      const app = streamOf(
        (async function* () {
          yield "first";
          await released;
          yield "";
          yield new TextEncoder().encode("second");
        })(),
      );
      const response = await app.request("/", { headers: { "accept-encoding": encoding } });
      expect(encodingOf(response)).toBe(encoding);
      expect(response.headers.get("content-length")).toBeNull();
      const decoder = encoding === "gzip" ? zlib.createGunzip() : zlib.createBrotliDecompress();
      const read = response.body!.getReader();
      const text = async (): Promise<string> =>
        String(await new Promise((resolve) => decoder.once("data", resolve)));
      const first = text();
      decoder.write((await read.read()).value);
      // The second has not been made yet.
      expect(await first).toBe("first");
      release();
      const second = text();
      for (let next = await read.read(); !next.done; next = await read.read()) decoder.write(next.value);
      expect(await second).toBe("second");
      decoder.end();
    },
  );

  it("of a megabyte in one piece come out whole", async () => {
    const piece = randomBytes(1 << 20);
    const app = streamOf(
      (async function* () {
        yield piece;
        yield "end";
      })(),
    );
    const bytes = zlib.gunzipSync(await bytesOf(await app.request("/", { headers: GZIP })));
    expect(bytes.equals(Buffer.concat([piece, Buffer.from("end")]))).toBe(true);
  });

  it("that are empty are an empty body of that coding", async () => {
    const app = streamOf((async function* () {})());
    expect(await gunzipped(await app.request("/", { headers: GZIP }))).toBe("");
  });

  it("of events are left alone", async () => {
    const app = appOf(() =>
      reply.events(
        (async function* () {
          yield { data: TEXT };
        })(),
      ),
    );
    const response = await app.request("/", { headers: GZIP });
    expect([encodingOf(response), response.headers.get("vary")]).toEqual([null, null]);
    await response.text();
  });

  it("that fail are cut, and their failure is logged once", async () => {
    const app = streamOf(
      (async function* () {
        yield TEXT;
        throw new Error("half-way");
      })(),
    );
    const response = await app.request("/", { headers: GZIP });
    await expect(bytesOf(response)).rejects.toThrow("half-way");
  });

  it("that give something else fail with a sentence, and are told", async () => {
    let told = false;
    const app = streamOf(
      (async function* () {
        try {
          yield 5 as unknown as string;
        } finally {
          told = true;
        }
      })(),
    );
    await expect(bytesOf(await app.request("/", { headers: GZIP }))).rejects.toThrow(
      "strings and Uint8Arrays",
    );
    expect(told).toBe(true);
  });

  it("are told when the client goes, and free what zlib held", async () => {
    // What getActiveResourcesInfo does not list: the streams of zlib, each with a native handle.
    const held = new Set<Readable>();
    const watched = <T extends Readable>(stream: T): T => {
      held.add(stream);
      return stream.once("close", () => held.delete(stream));
    };
    let made = 0;
    const { createGzip, createBrotliCompress } = zlib;
    vi.spyOn(zlib, "createGzip").mockImplementation((options) => (made++, watched(createGzip(options))));
    vi.spyOn(zlib, "createBrotliCompress").mockImplementation(
      (options) => (made++, watched(createBrotliCompress(options))),
    );
    const before = process.getActiveResourcesInfo().length;
    let open = 0;
    const app = appOf(() =>
      reply.stream(
        (async function* () {
          open++;
          try {
            for (;;) {
              yield TEXT;
              await sleep(1);
            }
          } finally {
            open--;
          }
        })(),
        "text/plain",
      ),
    );
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const response = await app.request("/", { headers: { "accept-encoding": i % 2 ? "gzip" : "br" } });
        const reader = response.body!.getReader();
        if (i % 3 > 0) await reader.read();
        await reader.cancel();
      }),
    );
    await expect.poll(() => open).toBe(0);
    expect(made).toBeGreaterThan(30);
    await expect.poll(() => held.size).toBe(0);
    await expect.poll(() => process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
    vi.restoreAllMocks();
  });

  it("are not begun for HEAD, and told that nobody reads them", async () => {
    let begun = false;
    let returned = false;
    const app = streamOf({
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          begun = true;
          return { done: true as const, value: undefined };
        },
        return: async () => {
          returned = true;
          return { done: true as const, value: undefined };
        },
      }),
    });
    const head = await app.request("HEAD /", { headers: GZIP });
    expect(encodingOf(head)).toBe("gzip");
    await expect.poll(() => returned).toBe(true);
    expect(begun).toBe(false);
  });
});

describe("beside etag", () => {
  const app = appWith([compression(), etag()]);
  app.get("/", () => reply.text(TEXT));

  it("a client that has the compressed body is told so", async () => {
    const first = await app.request("/", { headers: GZIP });
    const tag = first.headers.get("etag")!;
    expect(tag).toMatch(/^W\/"/);
    const again = await app.request("/", { headers: { ...GZIP, "if-none-match": tag } });
    expect([again.status, again.headers.get("etag"), again.headers.get("vary")]).toEqual([
      304,
      tag,
      "Accept-Encoding",
    ]);
    expect(encodingOf(again)).toBeNull();
    const plain = await app.request("/");
    expect(plain.headers.get("etag")).toBe(tag.slice(2));
  });
});
