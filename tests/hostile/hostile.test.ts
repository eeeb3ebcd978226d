// Hostile requests of the field, sent to a running application: none may crash it, hang it, or be read wrongly.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { serve, type Running, type ServerName } from "waymark";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attack, type Attack } from "./attack.ts";
import { target } from "./target.ts";

/** Forms, uploads, content codings and static files come with later versions. */
const LATER = new Set(["form", "multipart", "encoding"]);

const DRIVERS: readonly ServerName[] = ["wire", "node-http"];

function corpus(file: string): Attack[] {
  const text = gunzipSync(readFileSync(new URL(file, import.meta.url))).toString();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Attack);
}

/** Node's parser takes RTSP/1.0 for HTTP/1.0 and does not tell: behind `node:http` nobody can refuse it. */
const UNSEEN = new Map<string, readonly ServerName[]>([["line/v-rtsp", ["node-http"]]]);

const rows = corpus("hostile_http.jsonl.gz").filter(
  (row) => !LATER.has(row.class) && !row.id.includes("/static"),
);
/**
 * The cases of Node's parser. A refusal is always strict enough, so 400 and 505 are good answers to every one of them. In
 * connection/4 a whole request stands before the fault: it is answered, and what follows is refused.
 */
const llhttp = corpus("llhttp_requests.jsonl.gz").map((row) =>
  row.id === "llhttp/request/connection/4"
    ? { ...row, accept: ["405"], responses: 2 }
    : { ...row, accept: [...row.accept, "400", "505"] },
);

describe.each(DRIVERS)("%s", (server) => {
  let running: Running;
  beforeAll(async () => {
    running = await serve(target(), { port: 0, signals: false, server });
  });
  afterAll(() => running.close());

  const classes = [...new Set(rows.map((row) => row.class))];
  it.each(classes)("refuses or reads rightly: %s", { timeout: 60_000 }, async (name) => {
    await expectAllAccepted(
      running.port,
      rows.filter((row) => row.class === name && UNSEEN.get(row.id)?.includes(server) !== true),
    );
  });
  it("reads as Node's own parser does, or more strictly", { timeout: 60_000 }, async () => {
    await expectAllAccepted(running.port, llhttp);
  });
});

/** Eight at a time: most of the time is waiting. */
async function expectAllAccepted(port: number, attacks: readonly Attack[]): Promise<void> {
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
