import { readFile, stat } from "node:fs/promises";
import * as wrong from "../mistakes.ts";
import { Findings, type Found } from "../findings.ts";
import type { Origin } from "../snapshot.ts";
import type { LastGood } from "./last-good.ts";
import { isRecord } from "./record.ts";
import { isAddress } from "./resolve-file.ts";
import { parseSource, UnreadableText, type SourceFile } from "./source-file.ts";

/** Several times the largest document that is known (Microsoft Graph, 47 MB). */
const LARGEST = 256 * 1024 * 1024;
const PATIENCE = 30_000;

/** With a copy at hand nobody has to wait long for what may not come. */
const PATIENCE_WITH_COPY = 5_000;

/**
 * Reads and parses a file or an address; undefined, and said why, where it cannot be had. Of an address that gives nothing
 * of use, its last good copy does.
 */
export async function readSource(
  base: string,
  shownAs: string,
  findings: Findings,
  asked: Origin | null,
  lastGood?: LastGood,
): Promise<SourceFile | undefined> {
  const origin = asked ?? { file: shownAs, line: null, pointer: "" };
  if (!isAddress(base)) return parsed(await read(base), base, shownAs, findings, origin);
  const copy = await lastGood?.find(base);
  const text = await download(base, copy === undefined ? PATIENCE : PATIENCE_WITH_COPY);
  const own = new Findings();
  const source = parsed(text, base, shownAs, own, origin);
  if (typeof text === "string" && isRecord(source?.value)) lastGood?.note(base, text);
  else if (copy !== undefined) {
    const reason = own.mistakes[0]?.message ?? `${base} gives no document`;
    findings.warn(wrong.lastGoodUsed(reason, copy.time), origin);
    return parsed(copy.text, base, shownAs, findings, origin);
  }
  findings.mistakes.push(...own.mistakes);
  return source;
}

function parsed(
  text: string | Found,
  base: string,
  shownAs: string,
  findings: Findings,
  origin: Origin,
): SourceFile | undefined {
  if (typeof text !== "string") return findings.mistake(text, origin);
  try {
    return parseSource(text, shownAs, base);
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    return findings.mistake(wrong.unreadableText(error.message), {
      file: shownAs,
      line: error.line,
      pointer: "",
    });
  }
}

async function read(path: string): Promise<string | Found> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST) return wrong.unreadableFile(`it has ${size} bytes, and ${LARGEST} are the most`);
    return await readFile(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return wrong.unreadableFile(code === "ENOENT" ? `there is no ${path}` : message);
  }
}

/** Redirections are not followed: they would lead where nobody who wrote the configuration looked. */
async function download(url: string, patience: number): Promise<string | Found> {
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json, application/yaml;q=0.9, */*;q=0.1" },
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    });
    const location = response.headers.get("location");
    if (location !== null && response.status >= 300 && response.status < 400)
      return wrong.unreadableFile(
        `${url} answers ${response.status} and leads to ${location}: write that address if it is meant`,
      );
    if (!response.ok) return wrong.unreadableFile(`${url} answers ${response.status}`);
    return await limited(response, url);
  } catch (error) {
    const { message, cause } = error as Error;
    return wrong.unreadableFile(`${url}: ${cause instanceof Error ? cause.message : message}`);
  }
}

async function limited(response: Response, url: string): Promise<string | Found> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    if (size > LARGEST) return wrong.unreadableFile(`${url} gives more than ${LARGEST} bytes`);
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}
