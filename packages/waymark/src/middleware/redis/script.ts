import type { SendCommand } from "./client.ts";

/** A script that Redis runs as one step. It is sent by its digest, and in full where Redis does not know it (yet, or any more). */
export class RedisScript {
  readonly #text: string;
  #digest: Promise<string> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** What the script returns; rejects with the client's error. */
  async run(send: SendCommand, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await send("EVALSHA", await (this.#digest ??= sha1(this.#text)), ...rest);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return await send("EVAL", this.#text, ...rest);
    }
  }
}

/** In hexadecimal digits: how Redis names a script. */
async function sha1(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
