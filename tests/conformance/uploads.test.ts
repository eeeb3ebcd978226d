// Forms and files over real sockets: foreign clients, every way a body can come, and clients that go away in the middle.
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  App,
  dependency,
  endpoint,
  file,
  files,
  form,
  parts,
  request,
  serve,
  type Running,
  type ServerName,
  type UploadedFile,
} from "waymark";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { find, run } from "../clients/program.ts";

const folder = mkdtempSync(join(tmpdir(), "waymark-uploads-"));
const before = process.env["TMPDIR"];
const stray: unknown[] = [];
const onStray = (error: unknown): void => void stray.push(error);
beforeAll(() => {
  process.env["TMPDIR"] = folder;
  process.on("unhandledRejection", onStray);
});
afterAll(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  process.off("unhandledRejection", onStray);
  rmSync(folder, { recursive: true });
});

const spooled = (): string[] => readdirSync(folder).filter((name) => name.startsWith("waymark-form-"));
/** Files below the folder that this process holds open. */
const held = (): string[] =>
  readdirSync("/proc/self/fd")
    .flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)];
      } catch {
        return [];
      }
    })
    .filter((path) => path.startsWith(folder));
const nothingLeft = (): Promise<void> =>
  vi.waitFor(() => expect([spooled(), held()]).toEqual([[], []]), 20_000);

const digest = (...bytes: Uint8Array[]): string => {
  const hash = createHash("sha256");
  for (const each of bytes) hash.update(each);
  return hash.digest("hex");
};
async function digestOf(each: UploadedFile): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of each.stream()) hash.update(piece);
  return hash.digest("hex");
}

const counts = { opened: 0, closed: 0 };
const counted = dependency({ input: { photo: file({ name: "file" }) } }, async function* counted({ photo }) {
  counts.opened++;
  try {
    yield photo.size;
  } finally {
    counts.closed++;
  }
});

function target(): App {
  const app = new App({
    docs: false,
    redoc: false,
    openapi: false,
    limits: { body: 8 * 1024 * 1024, form: { memory: 16 * 1024 } },
    logger: { error: onStray, warn() {} },
  });
  app.get("/", () => "alive");
  app.post(
    "/fields",
    endpoint({ input: { all: form.all(z.looseObject({})) } }, ({ all }) => all),
  );
  app.post(
    "/upload",
    endpoint(
      {
        input: {
          title: form(z.string().default("none")),
          meta: form(z.object({ a: z.int() }).optional()),
          file: files({ min: 0 }),
        },
      },
      async ({ title, meta, file }) => ({
        title,
        meta,
        files: await Promise.all(
          file.map(async (each) => [each.name, each.type, each.size, await digestOf(each)]),
        ),
      }),
    ),
  );
  app.post(
    "/parts",
    endpoint({ input: { parts: parts() } }, async ({ parts }) => {
      const found: unknown[] = [];
      for await (const part of parts) {
        if (part.kind === "field") found.push([part.name, await part.text()]);
        else {
          const hash = createHash("sha256");
          for await (const piece of part.stream()) hash.update(piece);
          found.push([part.fileName, hash.digest("hex")]);
        }
      }
      return found;
    }),
  );
  app.post(
    "/first",
    endpoint({ input: { parts: parts() } }, async ({ parts }) => {
      for await (const part of parts) return part.name;
      return "none";
    }),
  );
  app.post(
    "/slow",
    endpoint({ input: { file: file(), counted, req: request() } }, async ({ req: { signal } }) => {
      await Promise.race([
        wait(1000),
        new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true })),
      ]);
      return "done";
    }),
  );
  return app;
}

const BIG = randomBytes(3 * 1024 * 1024);
const BOUNDARY = "----boundary";
const multipart = (content: Uint8Array, name = "big.bin"): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nhello\r\n--${BOUNDARY}\r\n` +
        `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/x-thing\r\n\r\n`,
    ),
    content,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
const head = (path: string, framing: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n${framing}\r\nConnection: close\r\n\r\n`;
const sized = (path: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(head(path, `Content-Length: ${body.length}`)), body]);
function chunked(path: string, body: Buffer, size: number): Buffer {
  const all: Buffer[] = [Buffer.from(head(path, "Transfer-Encoding: chunked"))];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    all.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
  }
  return Buffer.concat([...all, Buffer.from("0\r\n\r\n")]);
}

/** Everything that comes back for some bytes, which are sent in pieces with pauses. */
function converse(port: number, bytes: Buffer, pieces = 1, pause = 0): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket: Socket = connect({ port, host: "127.0.0.1" });
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
    const size = Math.ceil(bytes.length / pieces);
    void (async () => {
      for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
        socket.write(bytes.subarray(at, at + size));
        if (pause > 0) await wait(pause);
      }
    })();
  });
}
const statusOf = (answer: string): number => Number(answer.slice(9, 12));
const bodyOf = (answer: string): unknown =>
  JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as unknown;

const curl = find("curl");

describe.each<ServerName>(["wire", "node-http"])("uploads to %s", { timeout: 60_000 }, (server) => {
  let running: Running;
  beforeAll(async () => {
    running = await serve(target(), { port: 0, server, signals: false });
  });
  afterAll(() => running.close());
  const at = (path: string): string => `http://127.0.0.1:${running.port}${path}`;
  const big = { title: "hello", files: [["big.bin", "application/x-thing", BIG.length, digest(BIG)]] };

  it.each<[how: string, bytes: (path: string) => Buffer, pieces: number, pause: number]>([
    ["with a length, at once", (path) => sized(path, multipart(BIG)), 1, 0],
    ["with a length, slowly", (path) => sized(path, multipart(BIG)), 40, 3],
    ["in large chunks", (path) => chunked(path, multipart(BIG), 100_000), 1, 0],
    ["in small chunks, slowly", (path) => chunked(path, multipart(BIG), 1021), 40, 3],
  ])("come whole %s", async (_, bytes, pieces, pause) => {
    const whole = await converse(running.port, bytes("/upload"), pieces, pause);
    expect([statusOf(whole), bodyOf(whole)]).toEqual([200, big]);
    const streamed = await converse(running.port, bytes("/parts"), pieces, pause);
    expect(bodyOf(streamed)).toEqual([
      ["title", "hello"],
      ["big.bin", digest(BIG)],
    ]);
    await nothingLeft();
  });

  it("come byte by byte", async () => {
    const body = multipart(Buffer.from("\r\n--\r\n---boundar\r\n----"), "é.txt");
    for (const bytes of [sized("/upload", body), chunked("/upload", body, 1)]) {
      const answer = await converse(running.port, bytes, bytes.length, 0);
      expect(bodyOf(answer)).toMatchObject({
        title: "hello",
        files: [[expect.any(String), "application/x-thing", 22, expect.any(String)]],
      });
    }
  });

  it("are refused for their size before they are read, or when they have grown too large", async () => {
    const body = multipart(Buffer.alloc(9 * 1024 * 1024));
    expect(statusOf(await converse(running.port, sized("/upload", body), 100, 1))).toBe(413);
    expect(statusOf(await converse(running.port, chunked("/upload", body, 100_000), 100, 1))).toBe(413);
    await nothingLeft();
  });

  it.each([0.01, 0.5, 0.999])("that end at %d of their length are 400", async (share) => {
    const body = multipart(BIG);
    const cut = body.subarray(0, Math.floor(body.length * share));
    expect(statusOf(await converse(running.port, sized("/upload", cut)))).toBe(400);
    expect(statusOf(await converse(running.port, chunked("/upload", cut, 65_536)))).toBe(400);
    await nothingLeft();
  });

  it("are answered early where the function has enough, whatever is still to come", async () => {
    const answer = await converse(running.port, sized("/first", multipart(BIG)), 20, 2);
    expect([statusOf(answer), answer.endsWith('"title"')]).toEqual([200, true]);
  });

  it("of undici's FormData are as they were", async () => {
    const data = new FormData();
    data.append("title", "a\r\nb é");
    data.append("meta", new Blob(['{"a":1}'], { type: "application/json" }));
    data.append("file", new File([BIG], 'quote".bin', { type: "application/x-thing" }));
    data.append("file", new File(["x"], "ünï cödé.txt", { type: "text/plain" }));
    const reply = await fetch(at("/upload"), { method: "POST", body: data });
    expect(await reply.json()).toEqual({
      title: "a\r\nb é",
      meta: { a: 1 },
      files: [
        ["quote_.bin", "application/x-thing", BIG.length, digest(BIG)],
        ["ünï cödé.txt", "text/plain", 1, digest(Buffer.from("x"))],
      ],
    });
    const fields = new URLSearchParams([
      ["a", "1 2"],
      ["b", "x"],
      ["b", "ÿ&="],
    ]);
    const urlencoded = await fetch(at("/fields"), { method: "POST", body: fields });
    expect(await urlencoded.json()).toEqual({ a: "1 2", b: ["x", "ÿ&="] });
  });

  it.skipIf(curl === undefined)("of curl are as they were", async () => {
    const path = join(folder, "sent é.bin");
    writeFileSync(path, BIG);
    const ask = async (...args: string[]): Promise<unknown> => {
      const { code, output, errors } = await run(curl!, [
        "-sS",
        "-q",
        "--noproxy",
        "*",
        ...args,
        at("/upload"),
      ]);
      expect(code, errors).toBe(0);
      return JSON.parse(output.toString()) as unknown;
    };
    const sent = ["-F", 'title=it\'s "it"', "-F", 'meta={"a":2};type=application/json'];
    const expected = { title: 'it\'s "it"', meta: { a: 2 } };
    const one = ["sent é.bin", "application/x-thing", BIG.length, digest(BIG)];
    expect(await ask(...sent, "-F", `file=@${path};type=application/x-thing`)).toEqual({
      ...expected,
      files: [one],
    });
    expect(
      await ask(...sent, "-H", "Transfer-Encoding: chunked", "-F", `file=@${path};type=application/x-thing`),
    ).toEqual({ ...expected, files: [one] });
    const named = await ask(
      "-F",
      `file=@${path};filename=../../etc/passwd`,
      "-F",
      `file=@${path};filename="a\\"b.txt"`,
    );
    expect((named as { files: string[][] }).files.map(([name]) => name)).toEqual(["passwd", "a_b.txt"]);
    rmSync(path);
    await nothingLeft();
  });

  it("leave neither a file nor a descriptor behind when 300 clients go away at any moment", async () => {
    const body = multipart(BIG.subarray(0, 50_000));
    const leave = (i: number): Promise<void> =>
      new Promise((resolve) => {
        const path = i % 3 === 0 ? "/slow" : i % 3 === 1 ? "/upload" : "/parts";
        const bytes = i % 2 === 0 ? sized(path, body) : chunked(path, body, 8000);
        const socket = connect({ port: running.port, host: "127.0.0.1" }, () => {
          // A quarter of them send all, and have the patience to see the function begin.
          const isPatient = i % 4 === 0;
          socket.write(isPatient ? bytes : bytes.subarray(0, Math.floor(bytes.length * Math.random())));
          const go = (): void => void (i % 5 === 0 ? socket.resetAndDestroy() : socket.destroy());
          setTimeout(go, isPatient ? 300 : Math.random() * 30);
        });
        socket.on("error", () => undefined).on("close", () => resolve());
        socket.resume();
      });
    const queue = Array.from({ length: 300 }, (_, i) => i).values();
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        for (const i of queue) await leave(i);
      }),
    );
    await nothingLeft();
    await vi.waitFor(() => expect(counts.opened).toBe(counts.closed), 20_000);
    expect(counts.opened).toBeGreaterThan(0);
    expect(await (await fetch(at("/"))).json()).toBe("alive");
  });

  it("have told nobody of a failure", () => {
    expect(stray).toEqual([]);
  });
});
