import { needFileSystem } from "./file-system.ts";

/** How an uploaded file is kept. */
export interface SaveOptions {
  /** Replaces what is at the path. Default false. */
  readonly overwrite?: boolean;
}

/** Writes a file. Where that fails nothing is left of it; what it would have replaced stays. */
export async function writeNewFile(
  path: string,
  bytes: Uint8Array,
  { overwrite = false }: SaveOptions,
): Promise<void> {
  await whole(path, overwrite, (at) => needFileSystem("save").writeFile(at, bytes, { flag: "wx" }));
}

/** Writes what comes to a file; gives its size. Where that fails nothing is left of it. */
export async function saveStream(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  { overwrite = false }: SaveOptions,
): Promise<number> {
  let size = 0;
  await whole(path, overwrite, async (at) => {
    const file = await needFileSystem("save").open(at, "wx");
    try {
      for await (const piece of pieces) {
        await file.writeFile(piece);
        size += piece.length;
      }
    } finally {
      await file.close();
    }
  });
  return size;
}

/** Copies a file. Where that fails nothing is left of the copy. */
export async function copyFile(
  from: string,
  path: string,
  { overwrite = false }: SaveOptions,
): Promise<void> {
  const files = needFileSystem("save");
  await whole(path, overwrite, (at) => files.copyFile(from, at, files.constants.COPYFILE_EXCL));
}

/** Moves a file, on another device too. */
export async function moveFile(from: string, path: string, options: SaveOptions): Promise<void> {
  const { overwrite = false } = options;
  const files = needFileSystem("save");
  try {
    // A second name fails where there is a file already; renaming would replace it.
    if (!overwrite) await files.link(from, path);
    else await files.rename(from, path);
  } catch (error) {
    if (!isOtherDevice(error)) throw error;
    await copyFile(from, path, options);
  }
  await files.rm(from, { force: true });
}

/** Where a second name cannot be had, and a file has to be copied. */
const COPIED: ReadonlySet<unknown> = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);
function isOtherDevice(error: unknown): boolean {
  return error instanceof Error && "code" in error && COPIED.has(error.code);
}

/** Makes a file at `path` that is never seen half written where it replaces another. */
async function whole(path: string, overwrite: boolean, make: (at: string) => Promise<void>): Promise<void> {
  const files = needFileSystem("save");
  const at = overwrite ? `${path}.${crypto.randomUUID()}` : path;
  try {
    await make(at);
    if (overwrite) await files.rename(at, path);
  } catch (error) {
    const isAnother = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (!isAnother) await files.rm(at, { force: true }).catch(() => undefined);
    throw error;
  }
}
