import type { FileHandle } from "node:fs/promises";
import { ByteCollector } from "./byte-collector.ts";
import { fileSystem } from "./file-system.ts";
import type { FormParts } from "./form-parts.ts";
import type { PartHead } from "./multipart-head.ts";
import type { Spool } from "./spool.ts";
import { UploadedFile } from "./uploaded-file.ts";

/** Written at once, so that pieces of a few bytes do not each cost a call of the system. */
const WRITTEN_AT_ONCE = 64 * 1024;

/** How a file is kept: what it may have, and how much of it stays in memory. Sizes in bytes. */
export interface FileRoom {
  readonly maxSize: number;
  readonly memory: number;
  readonly spool: Spool;
}

/** Reads the current part, a file, to its end; `first` was read of it already. What it leaves is its spool's to remove. */
export async function readFilePart(
  parts: FormParts,
  head: PartHead,
  first: Uint8Array | undefined,
  room: FileRoom,
): Promise<UploadedFile> {
  const collected = new ByteCollector();
  const inMemory = fileSystem() === undefined ? Number.POSITIVE_INFINITY : room.memory;
  let size = 0;
  let spooled: { readonly path: string; readonly file: FileHandle } | undefined;
  try {
    for (let piece = first; piece !== undefined; piece = await parts.piece(room.maxSize)) {
      size += piece.length;
      collected.add(piece);
      if (spooled === undefined && size > inMemory) spooled = await room.spool.create();
      if (spooled !== undefined && collected.size >= WRITTEN_AT_ONCE)
        await spooled.file.writeFile(collected.take());
    }
    if (spooled !== undefined && collected.size > 0) await spooled.file.writeFile(collected.take());
  } finally {
    await spooled?.file.close();
  }
  const { fileName = "", type, headers } = head;
  const content = spooled === undefined ? { bytes: alone(collected.take()) } : { path: spooled.path };
  return new UploadedFile({ clientName: fileName, type, headers }, size, content);
}

/** A few bytes must not keep the whole piece of the request that they came in. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > bytes.length * 2 ? bytes.slice() : bytes;
}
