import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { temporaryFolder } from "../http/temporary-folder.fixture.ts";
import type { Part, Parts } from "../http/parts.ts";
import { parts } from "../inputs/index.ts";

const folder = temporaryFolder();
const TYPE = { "content-type": "multipart/form-data; boundary=b" };
const field = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const upload = (name: string, content: string): string =>
  `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\n${content}\r\n`;
const END = "--b--\r\n";

/** Pieces of a body, and what became of them. */
function body(
  ...pieces: (string | Promise<void>)[]
): AsyncGenerator<Uint8Array> & { taken: number; isOver: boolean } {
  const state = { taken: 0, isOver: false };
  async function* generate(): AsyncGenerator<Uint8Array> {
    try {
      for (const piece of pieces) {
        state.taken++;
        if (typeof piece === "string") yield Buffer.from(piece, "latin1");
        else await piece;
      }
    } finally {
      state.isOver = true;
    }
  }
  return Object.defineProperties(generate(), {
    taken: { get: () => state.taken },
    isOver: { get: () => state.isOver },
  }) as AsyncGenerator<Uint8Array> & { taken: number; isOver: boolean };
}

/** Answers with what the function makes of the parts. */
async function run(
  sent: AsyncIterable<Uint8Array> | string | undefined,
  work: (parts: Parts) => unknown,
  limits: object = {},
): Promise<[status: number, text: string]> {
  const app = new App({ limits: { form: limits }, logger: { error() {}, warn() {} } });
  app.post(
    "/",
    endpoint({ input: { parts: parts() } }, ({ parts }) => work(parts)),
  );
  const bytes = typeof sent === "string" ? Buffer.from(sent, "latin1") : sent;
  const reply = await app.request("POST /", {
    ...(bytes === undefined ? {} : { body: bytes }),
    headers: TYPE,
  });
  return [reply.status, await reply.text()];
}
const summary = async (part: Part): Promise<string> =>
  part.kind === "field"
    ? `${part.name}=${await part.text()}`
    : `${part.name}:${part.fileName}:${part.type}=${await part.text()}`;
async function all(parts: Parts): Promise<string[]> {
  const found: string[] = [];
  for await (const part of parts) found.push(await summary(part));
  return found;
}
const two = field("title", "hi") + upload("../a.txt", "one\r\n") + upload("b", "two") + END;

describe("the parts of a form", () => {
  test("come in their order, fields and files", async () => {
    expect(await run(two, all)).toEqual([
      200,
      '["title=hi","file:a.txt:text/plain=one\\r\\n","file:b:text/plain=two"]',
    ]);
  });

  test("are none without a body, and 415 of another type", async () => {
    expect(await run(undefined, all)).toEqual([200, "[]"]);
    const app = new App();
    app.post(
      "/",
      endpoint({ input: { parts: parts() } }, () => "never"),
    );
    expect((await app.request("POST /", { body: new URLSearchParams("a=1") })).status).toBe(415);
    expect((await app.request("POST /", { json: 1 })).status).toBe(415);
  });

  test("are there before the rest of the body is, which waits until it is asked for", async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const sent = body(
      upload("a", "one"),
      field("x", "1").slice(0, 20),
      gate,
      field("x", "1").slice(20) + END,
    );
    const seen: (string | number)[] = [];
    const reply = await run(sent, async (all) => {
      const first = (await all.next()).value!;
      seen.push(first.name, sent.taken);
      release();
      for await (const part of all) seen.push(part.name);
      return seen;
    });
    expect(reply).toEqual([200, '["file",1,"x"]']);
  });

  test("are passed over where they are not read, whole or in part", async () => {
    const names: string[] = [];
    await run(two, async (all) => {
      for await (const part of all) {
        names.push(part.name);
        if (part.kind === "file") await part.stream().next();
      }
    });
    expect(names).toEqual(["title", "file", "file"]);
  });

  test("can be read only while they are there, and one at a time", async () => {
    await run(two, async (all) => {
      const first = (await all.next()).value!;
      const second = (await all.next()).value!;
      await expect(first.text()).rejects.toThrow("the part 'title' is over: read it before the next one");
      const reading = second.text();
      await expect(all.next()).rejects.toThrow("one at a time");
      expect(await reading).toBe("one\r\n");
    });
  });

  test("are one reading for the function and its dependencies", async () => {
    const app = new App();
    const title = dependency({ input: { parts: parts() } }, async ({ parts }) => {
      const part = (await parts.next()).value!;
      return part.kind === "field" ? await part.text() : "";
    });
    app.post(
      "/",
      endpoint({ input: { title, parts: parts() } }, async ({ title, parts }) => [
        title,
        ...(await all(parts)),
      ]),
    );
    const reply = await app.request("POST /", { body: Buffer.from(two), headers: TYPE });
    expect(await reply.json()).toEqual(
      ["hi", "title=hi", "file:a.txt:text/plain=one\r\n", "file:b:text/plain=two"].toSpliced(1, 1),
    );
  });

  test("are saved as they come, and leave nothing where that fails", async () => {
    const path = folder.at("streamed");
    const save = async (parts: Parts): Promise<unknown> => {
      for await (const part of parts) if (part.kind === "file") return await part.save(path);
      return undefined;
    };
    expect(await run(two, save)).toEqual([200, "5"]);
    expect(readFileSync(path, "utf8")).toBe("one\r\n");
    expect((await run(two, save))[0]).toBe(500);
    expect(readFileSync(path, "utf8")).toBe("one\r\n");
    const other = folder.at("cut");
    const before = readdirSync(folder.path);
    const [status] = await run(upload("a", "x".repeat(100)).slice(0, -2), async (all) => {
      for await (const part of all) if (part.kind === "file") await part.save(other);
    });
    expect(status).toBe(400);
    expect(readdirSync(folder.path)).toEqual(before);
  });
});

describe("the reading ends", () => {
  test.each<[how: string, work: (parts: Parts) => unknown]>([
    [
      "the loop is left",
      async (all) => {
        for await (const part of all) return part.name;
        return "";
      },
    ],
    [
      "the loop throws",
      async (all) => {
        for await (const part of all) throw new Error(part.name);
      },
    ],
    ["the function returns without a word", async (all) => (await all.next()).value!.name],
    [
      "the function fails between two parts",
      async (all) => {
        await all.next();
        throw new Error("no");
      },
    ],
    ["nobody asked for anything", () => "at once"],
  ])("when %s", async (_, work) => {
    const sent = body(field("a", "1"), field("b", "2"), new Promise(() => undefined));
    await run(sent, work);
    await vi.waitFor(() => expect(sent.taken === 0 || sent.isOver).toBe(true), 20_000);
    expect(sent.taken).toBeLessThan(3);
  });

  test("and then gives nothing more", async () => {
    let kept: Parts | undefined;
    let part: Part | undefined;
    await run(two, async (all) => {
      kept = all;
      part = (await all.next()).value;
    });
    await vi.waitFor(
      async () => expect(await kept!.next()).toEqual({ done: true, value: undefined }),
      20_000,
    );
    await expect(part!.text()).rejects.toThrow("is over");
  });
});

describe("its limits and mistakes are answers, in the middle as well", () => {
  test.each<[what: string, limits: object, sent: string, status: number]>([
    ["more parts", { parts: 2 }, two, 413],
    ["more files", { files: 1 }, two, 413],
    ["more fields", { fields: 0 }, two, 413],
    ["a larger field", { fieldSize: 1 }, two, 413],
    ["a larger file", { fileSize: 4 }, two, 413],
    ["an end that comes too early", {}, two.slice(0, -8), 400],
    ["a part without a name", {}, `--b\r\nContent-Disposition: form-data\r\n\r\n\r\n${END}`, 400],
  ])("%s", async (_, limits, sent, status) => {
    expect((await run(sent, all, limits))[0]).toBe(status);
  });
});
