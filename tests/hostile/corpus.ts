import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { attack, type Attack } from "./attack.ts";

/** The rows of a file of the corpus. */
export function corpus(file: string): Attack[] {
  const text = gunzipSync(readFileSync(new URL(file, import.meta.url))).toString();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Attack);
}

/** What the field sends, but for content codings, which come with later versions. */
export const hostile = (): Attack[] =>
  corpus("hostile_http.jsonl.gz").filter((row) => row.class !== "encoding");

/**
 * The cases of Node's parser. A refusal is always strict enough, so 400 and 505 are good answers to every one of them. In
 * connection/4 a whole request stands before the fault: it is answered, and what follows is refused.
 */
export const casesOfNode = (): Attack[] =>
  corpus("llhttp_requests.jsonl.gz").map((row) =>
    row.id === "llhttp/request/connection/4"
      ? { ...row, accept: ["405"], responses: 2 }
      : { ...row, accept: [...row.accept, "400", "505"] },
  );

/** Eight at a time: most of the time is waiting. */
export async function expectAllAccepted(port: number, attacks: readonly Attack[]): Promise<void> {
  const wrong: Record<string, string[]> = {};
  const queue = attacks.values();
  const worker = async (): Promise<void> => {
    for (const row of queue) {
      const found = await attack(port, row);
      if (found.length > 0) wrong[row.id] = found;
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  expect(wrong).toEqual({});
  expect(attacks.length).toBeGreaterThan(0);
}
