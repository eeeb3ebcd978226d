import { expect, it } from "vitest";
import { isCompressible } from "./compressible.ts";

it.each([
  "text/html",
  "text/plain",
  "application/json",
  "application/problem+json",
  "application/javascript",
  "application/wasm",
  "application/xml",
  "application/jsonl",
  "image/svg+xml",
  "font/ttf",
])("%s is worth compressing", (type) => {
  expect(isCompressible(type)).toBe(true);
});

it.each([
  "image/png",
  "image/webp",
  "video/mp4",
  "audio/ogg",
  "font/woff2",
  "application/zip",
  "application/gzip",
  "application/octet-stream",
  "application/pdf",
  "",
  "application/jsonp+x",
])("%s is not", (type) => {
  expect(isCompressible(type)).toBe(false);
});
