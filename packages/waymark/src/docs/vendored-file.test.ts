import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readVendored } from "./vendored-file.ts";

const vendor = fileURLToPath(new URL("../../vendor/", import.meta.url));
const files = JSON.parse(readFileSync(`${vendor}files.json`, "utf8")) as {
  file: string;
  sha256: string;
  licence: string;
}[];

describe("vendored files", () => {
  it.each(files)("$file is what was fetched", ({ file, sha256 }) => {
    expect(createHash("sha256").update(readVendored(file)).digest("hex")).toBe(sha256);
  });

  it("are all accounted for, with their licences", () => {
    const found = readdirSync(vendor, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(vendor.length).replace(/^\//, ""));
    const ours = [
      "README.md",
      "files.json",
      "start/choose-version.js",
      "start/redoc.js",
      "start/swagger-ui.js",
    ];
    expect(found.toSorted()).toEqual([...files.map(({ file }) => file), ...ours].toSorted());
    for (const folder of ["redoc", "swagger-ui-dist"])
      expect(new TextDecoder().decode(readVendored(`${folder}/LICENSE`))).toMatch(/Licen[cs]e/);
  });
});
