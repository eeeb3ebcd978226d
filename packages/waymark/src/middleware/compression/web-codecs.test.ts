import { gunzipSync } from "node:zlib";
import { afterEach, expect, it, vi } from "vitest";
import { App } from "../../app.ts";
import { reply } from "../../http/reply.ts";
import { compression } from "../compression.ts";
import { webCodecs } from "./web-codecs.ts";

afterEach(() => void vi.unstubAllGlobals());

/** A runtime without Node's modules. */
function withoutNode(): void {
  vi.stubGlobal("process", { ...process, getBuiltinModule: undefined });
}

it("compresses whole bodies where there is no node:zlib", async () => {
  const text = "a line\n".repeat(500);
  const codec = webCodecs().get("gzip")!;
  expect(gunzipSync(await codec.compress(new TextEncoder().encode(text))).toString()).toBe(text);

  withoutNode();
  const app = new App({ docs: false, redoc: false });
  app.use(compression());
  app.get("/whole", () => reply.text(text));
  app.get("/pieces", () =>
    reply.stream(
      (async function* () {
        yield text;
      })(),
      "text/plain",
    ),
  );
  const headers = { "accept-encoding": "br, gzip" };
  const whole = await app.request("/whole", { headers });
  expect(whole.headers.get("content-encoding")).toBe("gzip");
  expect(gunzipSync(Buffer.from(await whole.arrayBuffer())).toString()).toBe(text);
  // It cannot let out one piece before the next: a stream is sent as it is.
  const pieces = await app.request("/pieces", { headers });
  expect(pieces.headers.get("content-encoding")).toBeNull();
  expect(pieces.headers.get("vary")).toBe("Accept-Encoding");
  expect(await pieces.text()).toBe(text);
});

it("a runtime that has nothing to compress with says so", () => {
  withoutNode();
  expect(() => compression({ encodings: ["br"] })).toThrow("this runtime has none of br; it has gzip");
  vi.stubGlobal("CompressionStream", undefined);
  expect(() => compression()).toThrow("this runtime has none of br, zstd, gzip");
});
