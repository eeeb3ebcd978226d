import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { DiscoverySource, FoundTarget } from "../target-set.ts";
import { fileSource, parseTargets } from "./file.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function file(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "waymark-targets-"));
  ends.push(() => rm(folder, { recursive: true }));
  const path = join(folder, "targets.json");
  await writeFile(path, text);
  return path;
}
async function started(source: DiscoverySource): Promise<{ found: FoundTarget[][]; problems: string[] }> {
  const found: FoundTarget[][] = [];
  const problems: string[] = [];
  ends.unshift(() => source.close());
  await source.start(
    (targets) => found.push([...targets]),
    (problem) => problems.push(problem),
  );
  return { found, problems };
}

test("a file is read, and read again when it changes or is replaced", async () => {
  const path = await file('["http://10.0.0.1:8080"]');
  const { found } = await started(fileSource(path));
  expect(found).toEqual([[{ origin: "http://10.0.0.1:8080", weight: 1 }]]);
  await writeFile(path, '[{ "origin": "http://10.0.0.2:8080", "weight": 3 }]');
  await vi.waitFor(() => expect(found.at(-1)).toEqual([{ origin: "http://10.0.0.2:8080", weight: 3 }]), 5000);
  await writeFile(path, '[{ "url": "http://10.0.0.4:8080", "weight": 2 }]');
  await vi.waitFor(() => expect(found.at(-1)).toEqual([{ origin: "http://10.0.0.4:8080", weight: 2 }]), 5000);
  await writeFile(`${path}.new`, '["https://10.0.0.3"]');
  await rename(`${path}.new`, path);
  await vi.waitFor(() => expect(found.at(-1)).toEqual([{ origin: "https://10.0.0.3", weight: 1 }]), 5000);
});

test("what cannot be understood is reported, and the last good set stays", async () => {
  const path = await file('["http://10.0.0.1:8080"]');
  const { found, problems } = await started(fileSource(path));
  await writeFile(path, "[");
  await vi.waitFor(
    () => expect(problems).toEqual([`${path} is not JSON: it should be a list of addresses.`]),
    5000,
  );
  expect(found).toHaveLength(1);
});

test("a file is not watched that was closed before it was read", async () => {
  const path = await file('["http://10.0.0.1:8080"]');
  const source = fileSource(path);
  const found: unknown[] = [];
  const starting = source.start(
    (targets) => found.push(targets),
    () => undefined,
  );
  source.close();
  await starting;
  const { length } = found;
  await writeFile(path, '["http://10.0.0.2:8080"]');
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(found).toHaveLength(length);
});

test("a first read that fails is an error", async () => {
  await expect(started(fileSource("/nowhere/targets.json"))).rejects.toThrow("ENOENT");
});

test.each([
  ["{}", "should be a list of addresses"],
  ["[1]", "entry 1 has no 'url'"],
  ["[null]", "entry 1 has no 'url'"],
  ['["http://a", "x"]', "entry 2 is no address: 'x' (write 'http://host:port')"],
  ['["ftp://a"]', "entry 1 has the scheme 'ftp', which is neither http nor https"],
  ['["http://u:p@a"]', "entry 1 has a user name or password in its address"],
  ['["http://a/v1"]', "entry 1 is more than scheme, host and port: '/v1' goes into 'basePath'"],
  ['[{ "origin": "http://a", "weight": -1 }]', "the weight of entry 1 should be a number from 0"],
])("%s", (text, problem) => {
  expect(() => parseTargets(text, "targets.json")).toThrow(problem);
});
