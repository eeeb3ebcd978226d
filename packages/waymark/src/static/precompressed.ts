import { chooseEncoding } from "../middleware/compression/accept-encoding.ts";
import type { Found, Root } from "./root.ts";

/** The codings that build tools write beside a file, the smallest first. */
const ENDINGS = { br: ".br", zstd: ".zst", gzip: ".gz" } as const;
type Coding = keyof typeof ENDINGS;
const CODINGS: readonly Coding[] = ["br", "zstd", "gzip"];

export interface Variant {
  readonly found: Found;
  readonly coding: Coding;
}

/** The variant beside a file that the client prefers to the file itself; undefined where there is none. */
export async function findVariant(
  root: Root,
  names: readonly string[],
  accepted: string | undefined,
): Promise<Variant | undefined> {
  let left = CODINGS;
  // Only what the client would have is looked for, and most often the first is there.
  for (;;) {
    const { encoding } = chooseEncoding(accepted, left);
    if (encoding === undefined) return undefined;
    const found = await root.find(names, ENDINGS[encoding]);
    if (found?.stats.isFile() === true) return { found, coding: encoding };
    left = left.filter((each) => each !== encoding);
  }
}
