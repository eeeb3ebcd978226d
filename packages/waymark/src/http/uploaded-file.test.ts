import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Spool } from "./spool.ts";
import { temporaryFolder } from "./temporary-folder.fixture.ts";
import { UploadedFile } from "./uploaded-file.ts";

const folder = temporaryFolder();
const CONTENT = "0123456789".repeat(20_000);

async function spooled(spool: Spool): Promise<UploadedFile> {
  const { path, file } = await spool.create();
  await file.writeFile(CONTENT);
  await file.close();
  return new UploadedFile({ clientName: "a/b.txt", type: "text/plain" }, CONTENT.length, { path });
}
const collect = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
};
let count = 0;
const fresh = (): string => folder.at(`saved-${count++}`);

test("one is made by hand for calling a function", async () => {
  const file = UploadedFile.of("../é.txt", "héllo", "text/plain");
  expect(file).toMatchObject({ name: "é.txt", clientName: "../é.txt", type: "text/plain", size: 6 });
  expect(await file.text()).toBe("héllo");
  expect(UploadedFile.of("", new Uint8Array(3))).toMatchObject({
    name: "unnamed",
    type: "application/octet-stream",
    size: 3,
  });
});

describe.each(["in memory", "spooled"])("a file %s", (where) => {
  const spool = new Spool();
  const make = (): Promise<UploadedFile> =>
    where === "spooled" ? spooled(spool) : Promise.resolve(UploadedFile.of("a/b.txt", CONTENT, "text/plain"));

  test("is read as often as one likes: whole, as text, and in pieces", async () => {
    const file = await make();
    expect(file.size).toBe(CONTENT.length);
    expect(Buffer.from(await file.bytes()).toString()).toBe(CONTENT);
    expect(await file.text()).toBe(CONTENT);
    expect(await collect(file.stream())).toBe(CONTENT);
    expect(await collect(file.stream())).toBe(CONTENT);
  });

  test("is saved, and can be read and saved again then", async () => {
    const file = await make();
    const [one, two] = [fresh(), fresh()];
    await file.save(one);
    await file.save(two);
    expect([readFileSync(one, "utf8"), readFileSync(two, "utf8"), await file.text()]).toEqual([
      CONTENT,
      CONTENT,
      CONTENT,
    ]);
    writeFileSync(two, "changed");
    expect(readFileSync(one, "utf8")).toBe(CONTENT);
    // As a file that the process writes by itself.
    const own = fresh();
    writeFileSync(own, "");
    expect(statSync(one).mode).toBe(statSync(own).mode);
  });

  test("does not replace what is there, unless told to", async () => {
    const file = await make();
    const path = fresh();
    writeFileSync(path, "mine");
    await expect(file.save(path)).rejects.toMatchObject({ code: "EEXIST" });
    expect(readFileSync(path, "utf8")).toBe("mine");
    await file.save(path, { overwrite: true });
    expect([readFileSync(path, "utf8"), await file.text()]).toEqual([CONTENT, CONTENT]);
  });

  test("leaves nothing where it cannot be saved", async () => {
    const file = await make();
    const before = readdirSync(folder.path);
    await expect(file.save(folder.at("no/such/folder"))).rejects.toMatchObject({ code: "ENOENT" });
    await expect(file.save(folder.at("no/such/folder"), { overwrite: true })).rejects.toMatchObject({
      code: "ENOENT",
    });
    await expect(file.save(folder.path, { overwrite: true })).rejects.toThrow(
      /EISDIR|ENOTEMPTY|EEXIST|EPERM/,
    );
    expect(readdirSync(folder.path)).toEqual(before);
    expect(await file.text()).toBe(CONTENT);
  });
});

const OTHER_DEVICE = "/dev/shm";
const isOther = existsSync(OTHER_DEVICE) && statSync(OTHER_DEVICE).dev !== statSync(tmpdir()).dev;

test.skipIf(!isOther)(
  "a spooled file is saved on another device too, where it cannot be moved to",
  async () => {
    const target = mkdtempSync(join(OTHER_DEVICE, "waymark-test-"));
    try {
      const spool = new Spool();
      for (const overwrite of [false, true]) {
        const file = await spooled(spool);
        const path = join(target, "file");
        await file.save(path, { overwrite });
        expect([readFileSync(path, "utf8"), readdirSync(target)]).toEqual([CONTENT, ["file"]]);
      }
      await expect((await spooled(spool)).save(join(target, "file"))).rejects.toMatchObject({
        code: "EEXIST",
      });
      await spool.remove();
    } finally {
      rmSync(target, { recursive: true });
    }
  },
);

describe("the temporary files of a request", () => {
  test("lie where only their owner looks, and go with everything in them", async () => {
    const spool = new Spool();
    expect(spool.isUsed).toBe(false);
    await spool.remove();
    const own = new Spool();
    const before = folder.left();
    await Promise.all([spooled(own), spooled(own)]);
    const [directory, ...others] = folder.left().filter((name) => !before.includes(name));
    expect([readdirSync(folder.at(directory!)).length, others]).toEqual([2, []]);
    expect(statSync(folder.at(directory!)).mode & 0o777).toBe(0o700);
    await own.remove();
    expect(folder.left()).not.toContain(directory);
    await own.remove();
    await expect(own.create()).rejects.toThrow("the request is over");
  });

  test("leave what was saved of them", async () => {
    const own = new Spool();
    const file = await spooled(own);
    const path = fresh();
    await file.save(path);
    await own.remove();
    expect(readFileSync(path, "utf8")).toBe(CONTENT);
    expect(await file.text()).toBe(CONTENT);
  });
});
