import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm, truncate, utimes, writeFile as write } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BareExchange, type BareRequest } from "./bare-exchange.fixture.ts";
import { cancelPieces, type PayloadPieces } from "./pump.ts";
import { reply } from "./reply.ts";
import { writeReply } from "./write-reply.ts";

let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waymark-file-"));
  path = join(folder, "note.txt");
  await write(path, "0123456789");
  await utimes(path, 1_700_000_000, 1_700_000_000);
});
afterAll(() => rm(folder, { recursive: true }));

const send = async (request: BareRequest = {}, made = reply.file(path)): Promise<BareExchange> => {
  const exchange = new BareExchange(request);
  await writeReply(exchange, made);
  return exchange;
};
const ask = (...headers: [string, string][]): Promise<BareExchange> => send({ headers });
/** Files of the folder that this process holds open. */
const open = async (): Promise<number> => {
  const { readlink } = await import("node:fs/promises");
  const links = await Promise.all(
    (await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")),
  );
  return links.filter((link) => link.startsWith(folder)).length;
};

describe("reply.file", () => {
  test("sends type, length, validators and bytes", async () => {
    const exchange = await send();
    expect(exchange).toMatchObject({ status: 0, contentType: "text/plain; charset=utf-8" });
    expect(exchange.getField("content-length")).toBe("10");
    expect(exchange.getField("last-modified")).toBe("Tue, 14 Nov 2023 22:13:20 GMT");
    expect(exchange.getField("etag")).toMatch(/^"[^"]+"$/);
    expect(exchange.getField("content-disposition")).toBeUndefined();
    expect(await exchange.text()).toBe("0123456789");
  });

  test("status, headers, type and name are the route's to say", async () => {
    const exchange = await send(
      {},
      reply.file(path, { status: 203, headers: { "cache-control": "no-store" }, name: 'a/é".csv' }),
    );
    expect([exchange.status, exchange.getField("cache-control"), exchange.contentType]).toEqual([
      203,
      "no-store",
      "text/csv; charset=utf-8",
    ]);
    expect(exchange.getField("content-disposition")).toBe(
      "attachment; filename=\"?_.csv\"; filename*=UTF-8''%C3%A9%22.csv",
    );
    await cancelPieces(exchange.payload as PayloadPieces);
    const inline = await send({}, reply.file(path, { disposition: "inline", contentType: "a/b" }));
    expect([inline.contentType, inline.getField("content-disposition")]).toEqual([
      "a/b",
      'inline; filename="note.txt"',
    ]);
    await cancelPieces(inline.payload as PayloadPieces);
  });

  test("what is missing, or no file, is 404", async () => {
    for (const where of [join(folder, "none"), folder, join(path, "below"), join(folder, "x".repeat(5000))])
      await expect(send({}, reply.file(where))).rejects.toMatchObject({ status: 404 });
  });

  test("an empty file is an empty body", async () => {
    await write(join(folder, "empty"), "");
    const exchange = await send({}, reply.file(join(folder, "empty")));
    expect([exchange.getField("content-length"), await exchange.text()]).toEqual(["0", ""]);
  });

  test.each([
    ["bytes=0-3", 206, "bytes 0-3/10", "0123"],
    ["bytes=7-", 206, "bytes 7-9/10", "789"],
    ["bytes=-2", 206, "bytes 8-9/10", "89"],
    ["bytes=5-99", 206, "bytes 5-9/10", "56789"],
    ["bytes=-99", 206, "bytes 0-9/10", "0123456789"],
    ["bytes=3-1", 0, undefined, "0123456789"],
    ["bytes=0-1,3-4", 0, undefined, "0123456789"],
    ["items=0-1", 0, undefined, "0123456789"],
    [`bytes=${"0-".repeat(5000)}`, 0, undefined, "0123456789"],
  ])("Range: %s", async (range, status, contentRange, text) => {
    const exchange = await ask(["range", range]);
    expect([
      exchange.status,
      exchange.getField("content-range"),
      exchange.getField("content-length"),
      await exchange.text(),
    ]).toEqual([status, contentRange, String(text.length), text]);
  });

  test("a range outside of the file is 416 with its length", async () => {
    for (const range of ["bytes=10-", "bytes=-0"])
      await expect(ask(["range", range])).rejects.toMatchObject({
        status: 416,
        headers: { "content-range": "bytes */10" },
      });
  });

  test("what the client has is not sent again", async () => {
    const first = await send();
    await cancelPieces(first.payload as PayloadPieces);
    const etag = first.getField("etag") as string;
    const conditions: [string, string][] = [
      ["if-none-match", etag],
      ["if-none-match", `"x", W/${etag}`],
      ["if-none-match", "*"],
      ["if-modified-since", "Tue, 14 Nov 2023 22:13:20 GMT"],
    ];
    for (const condition of conditions) {
      const exchange = await ask(condition);
      expect([
        exchange.status,
        exchange.payload,
        exchange.getField("etag"),
        exchange.getField("content-length"),
      ]).toEqual([304, null, etag, undefined]);
    }
    const others: [string, string][] = [
      ["if-none-match", '"x"'],
      ["if-modified-since", "Tue, 14 Nov 2023 22:13:19 GMT"],
      ["if-modified-since", "rubbish"],
    ];
    for (const condition of others) expect(await (await ask(condition)).text()).toBe("0123456789");
  });

  test("a file that is not what the client thinks it is, is 412", async () => {
    const first = await send();
    await cancelPieces(first.payload as PayloadPieces);
    const etag = first.getField("etag") as string;
    const failing: [string, string][] = [
      ["if-match", '"x"'],
      // Strong comparison: the bytes of a weak one may differ.
      ["if-match", `W/${etag}`],
      ["if-match", ""],
      ["if-unmodified-since", "Tue, 14 Nov 2023 22:13:19 GMT"],
    ];
    for (const condition of failing) await expect(ask(condition)).rejects.toMatchObject({ status: 412 });
    await expect(send({ method: "POST", headers: [["if-none-match", etag]] })).rejects.toMatchObject({
      status: 412,
    });
    const passing: [string, string][][] = [
      [["if-match", `"x", ${etag}`]],
      [["if-match", "*"]],
      [["if-unmodified-since", "Tue, 14 Nov 2023 22:13:20 GMT"]],
      [["if-unmodified-since", "2001-01-01"]],
      // If-Match goes before If-Unmodified-Since, and If-None-Match before If-Modified-Since.
      [
        ["if-match", etag],
        ["if-unmodified-since", "Tue, 14 Nov 2000 22:13:20 GMT"],
      ],
      [
        ["if-none-match", '"x"'],
        ["if-modified-since", "Tue, 14 Nov 2023 22:13:20 GMT"],
      ],
    ];
    for (const conditions of passing) expect(await (await ask(...conditions)).text()).toBe("0123456789");
  });

  test("conditions and ranges are about a success: an error page goes whole", async () => {
    const asked: [string, string][] = [
      ["if-none-match", "*"],
      ["range", "bytes=0-1"],
    ];
    const exchange = await send({ headers: asked }, reply.file(path, { status: 404 }));
    expect([exchange.status, exchange.getField("accept-ranges"), await exchange.text()]).toEqual([
      404,
      undefined,
      "0123456789",
    ]);
  });

  test("HEAD has the fields of the whole file, whatever its range", async () => {
    const exchange = await send({ method: "HEAD", headers: [["range", "bytes=0-1"]] });
    expect([exchange.status, exchange.getField("content-length")]).toEqual([0, "10"]);
    await cancelPieces(exchange.payload as PayloadPieces);
  });

  test("a file of this very second has no date that a range could go by", async () => {
    const fresh = join(folder, "fresh");
    await write(fresh, "0123456789");
    const now = Math.floor(Date.now() / 1000) + 5;
    await utimes(fresh, now, now);
    const headers: [string, string][] = [
      ["range", "bytes=0-1"],
      ["if-range", new Date(now * 1000).toUTCString()],
    ];
    expect(await (await send({ headers }, reply.file(fresh))).text()).toBe("0123456789");
  });

  test.runIf(process.platform === "linux")("a pipe is no file, and nobody waits for it", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    await expect(send({}, reply.file(pipe))).rejects.toMatchObject({ status: 404 });
  });

  test("a range of another version is not cut from this one", async () => {
    const whole = await ask(["range", "bytes=0-3"], ["if-range", '"other"']);
    expect([whole.status, await whole.text()]).toEqual([0, "0123456789"]);
    const dated = await ask(["range", "bytes=0-3"], ["if-range", "Tue, 14 Nov 2023 22:13:20 GMT"]);
    expect([dated.status, await dated.text()]).toEqual([206, "0123"]);
  });

  test("a file that becomes shorter fails instead of ending early", async () => {
    const shrinking = join(folder, "shrinking");
    await write(shrinking, "x".repeat(200_000));
    const exchange = await send({}, reply.file(shrinking));
    await truncate(shrinking, 10);
    await expect(exchange.text()).rejects.toThrow(/shorter/);
  });

  test.runIf(process.platform === "linux")(
    "no file stays open: read, cancelled, refused or failed",
    async () => {
      await (await send()).text();
      await cancelPieces((await send()).payload as PayloadPieces);
      await ask(["range", "bytes=99-"]).catch(() => undefined);
      await ask(["if-none-match", "*"]);
      await send({}, reply.file(path, { name: "a", disposition: "attachment\r\n" as "attachment" })).catch(
        () => undefined,
      );
      expect(await open()).toBe(0);
    },
  );
});
