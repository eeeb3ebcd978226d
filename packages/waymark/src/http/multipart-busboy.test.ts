// Another reader of the same bodies, used by many: what this one takes, it reads as that one does.
import { Busboy } from "@fastify/busboy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_FORM_LIMITS } from "./form-limits.ts";
import { FormParts } from "./form-parts.ts";
import { cut, latin1, textOf } from "./multipart.fixture.ts";

type Part = readonly [name: string, content: string, fileName?: string, type?: string];
const REFUSED = "refused";

async function read(body: Uint8Array, places: readonly number[]): Promise<Part[] | typeof REFUSED> {
  const parts = new FormParts(cut(body, places), "b", { ...DEFAULT_FORM_LIMITS, files: 1000 });
  const found: Part[] = [];
  try {
    for (let head = await parts.next(); head !== undefined; head = await parts.next()) {
      if (head.fileName === undefined) found.push([head.name, await parts.text()]);
      else {
        let content = "";
        for (let piece = await parts.piece(); piece !== undefined; piece = await parts.piece())
          content += textOf(piece);
        // Without a type there are two opinions (RFC 7578 §4.4), which is no matter of reading.
        const type = head.headers.has("content-type") ? head.type : "text/plain";
        found.push([head.name, content, head.fileName, type]);
      }
    }
    return found;
  } catch {
    return REFUSED;
  }
}

function readByBusboy(body: Uint8Array): Promise<Part[] | typeof REFUSED> {
  return new Promise((resolve) => {
    const reader = new Busboy({
      headers: { "content-type": "multipart/form-data; boundary=b" },
      preservePath: true,
      isPartAFile: (_name, _type, fileName) => fileName !== undefined,
    });
    const found: Part[] = [];
    reader.on("field", (name, value) => found.push([name, value]));
    reader.on("file", (name, stream, fileName, _encoding, type) => {
      const at = found.length;
      found.push([name, "", fileName, type]);
      stream.on("data", (piece: Buffer) => {
        found[at] = [name, found[at]![1] + piece.toString("latin1"), fileName, type];
      });
      stream.on("error", () => resolve(REFUSED));
    });
    reader.on("error", () => resolve(REFUSED));
    reader.on("finish", () => resolve(found));
    reader.end(Buffer.from(body));
  });
}

const withoutTypes = (parts: Part[] | typeof REFUSED): unknown =>
  parts === REFUSED ? parts : parts.map(([name, content, fileName]) => [name, content, fileName]);

const name = fc.stringMatching(/^[a-z0-9 _.\-[\]é😀]{0,12}$/u);
const content = fc
  .array(fc.constantFrom("\r\n", "\r", "\n", "--", "-", "b", "x", " ", "\r\n--", "\r\n-"))
  .map((all) => all.join(""));
const delimiter = fc.constantFrom("--b", "\r\n--b", "\r\n--b\r\n", "\r\n--b--", "\r\n\r\n--b", "\r\n--bx: 1");
const part = fc.oneof(
  fc.record({ name, content }),
  fc.record({
    name,
    content,
    fileName: name,
    type: fc.constantFrom("text/plain", "image/png", "application/json"),
  }),
);
const utf8 = (text: string): string => Buffer.from(text).toString("latin1");
const written = (
  all: readonly { name: string; content: string; fileName?: string; type?: string }[],
): string =>
  `${all
    .map(({ name: field, content: value, fileName, type }) => {
      const file = fileName === undefined ? "" : `; filename="${utf8(fileName)}"\r\nContent-Type: ${type}`;
      return `--b\r\nContent-Disposition: form-data; name="${utf8(field)}"${file}\r\n\r\n${value.replaceAll(/(^|\r\n)--b/g, "$1-b")}\r\n`;
    })
    .join("")}--b--\r\n`;

describe("beside @fastify/busboy", () => {
  test("well-formed bodies are read alike", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 10 }),
        async (all, places) => {
          const body = latin1(written(all));
          const found = await read(body, places);
          expect(found).not.toBe(REFUSED);
          expect(await readByBusboy(body)).toEqual(found);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("bodies with a fault in them are refused, or read alike", async () => {
    const edit = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 6 }),
      insert: fc.oneof(content, delimiter),
    });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 3 }),
        edit,
        async (all, { at, remove, insert }) => {
          const whole = written(all);
          const start = at % whole.length;
          const body = latin1(whole.slice(0, start) + insert + whole.slice(start + remove));
          const found = await read(body, [at]);
          if (found === REFUSED) return;
          taken++;
          // It keeps blanks around a media type.
          expect(withoutTypes(await readByBusboy(body))).toEqual(withoutTypes(found));
        },
      ),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
