// Answers are counted: a hostile request is followed by a clean one on its connection, and by another client's. Each of them
// gets its own answer or, where the connection is closed, none; and the upstream is asked for nothing but what was sent.
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Running } from "waymark";
import { readAnswers } from "./answers.ts";
import type { Attack } from "./attack.ts";
import { corpus } from "./corpus.ts";
import { gatewayBefore } from "./gateway-before.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"];
const PATIENCE = 400;
const QUIET = 30;

let upstream: Server;
const asked: string[] = [];

beforeAll(async () => {
  upstream = createServer((request, response) => {
    request.resume().on("end", () => {
      asked.push(request.url!);
      response.end(`asked for ${request.url}`);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  upstream.closeAllConnections();
  upstream.close();
});

class Client {
  text = "";
  isClosed = false;
  readonly #socket;
  #wake = (): void => undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const over = (): void => {
      this.isClosed = true;
      this.#wake();
    };
    this.#socket.on("data", (bytes) => {
      this.text += bytes.toString("latin1");
      this.#wake();
    });
    this.#socket.on("end", over).on("close", over).on("error", over);
  }
  write(bytes: Buffer | string, fin = false): void {
    this.#socket.write(bytes);
    if (fin) this.#socket.end();
  }
  /** What has come when nothing has for a while, or until a pattern has. */
  async settle(pattern?: RegExp): Promise<string> {
    const from = this.text.length;
    const end = Date.now() + (pattern === undefined ? PATIENCE : 10_000);
    while (!this.isClosed && Date.now() < end) {
      if (pattern?.test(this.text.slice(from)) === true) break;
      const isQuiet = pattern === undefined && this.text.length > from;
      if (!(await this.#change(isQuiet ? QUIET : end - Date.now())) && isQuiet) break;
    }
    return this.text.slice(from);
  }
  #change(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      this.#wake = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
  destroy(): void {
    this.#socket.destroy();
  }
}

const clean = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const WHOLE = /asked for \S+$/;

let marks = 0;

/** What is wrong; nothing, if all is well. */
async function attackedWith(
  { id, raw_b64, responses = 1, max_responses = responses, fin = false }: Attack,
  port: number,
): Promise<string[]> {
  const wrong: string[] = [];
  const raw = Buffer.from(raw_b64, "base64");
  const first = new Client(port);
  first.write(raw, fin);
  const toHead = raw.subarray(0, 5).toString() === "HEAD ";
  let text = "";
  for (let i = 0; i < responses; i++) {
    text += await first.settle();
    if (readAnswers(text, toHead, first.isClosed).finals.length >= responses) break;
  }
  const { finals } = readAnswers(text, toHead, first.isClosed);
  const isAnswered = finals.length > 0 && finals.every(({ complete }) => complete);
  // Of half a request a clean one is the other half; after a refusal nothing is read.
  if (isAnswered && !fin && !first.isClosed && finals.at(-1)!.status < "400") {
    const mark = `/first-${marks++}`;
    first.write(clean(mark));
    const answer = await first.settle(new RegExp(`asked for ${mark}$`));
    const isOwn = answer.endsWith(`asked for ${mark}`);
    if (!isOwn && (answer !== "" || !first.isClosed)) wrong.push(`${id}: ${mark} got ${answer || "nothing"}`);
    // The last one of the row's own may have come late.
    const count = readAnswers(text + answer, toHead, false).finals.length;
    if (isOwn && count > max_responses + 1) wrong.push(`${id}: ${count} answers`);
  }
  first.destroy();
  const other = `/other-${marks++}`;
  const second = new Client(port);
  second.write(clean(other));
  const answer = await second.settle(WHOLE);
  if (!answer.endsWith(`asked for ${other}`)) wrong.push(`${id}: ${other} got ${answer}`);
  second.destroy();
  return wrong;
}

describe.each(["wire", "node-http"] as const)("a request after a hostile one (%s)", (server) => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await gatewayBefore((upstream.address() as AddressInfo).port, METHODS, { server });
  });
  afterAll(() => gateway.close());

  test.each(["hostile_http.jsonl.gz", "llhttp_requests.jsonl.gz"])(
    "gets its own answer: %s",
    async (file) => {
      asked.length = 0;
      const rows = corpus(file);
      const queue = rows.values();
      const wrong: string[] = [];
      const worker = async (): Promise<void> => {
        for (const row of queue) wrong.push(...(await attackedWith(row, gateway.port)));
      };
      await Promise.all(Array.from({ length: 12 }, worker));
      expect(wrong).toEqual([]);
      const others = asked.filter((url) => !/^\/(?:first|other)-\d+$/.test(url));
      // Three requests in one row at most, and few have more than one.
      expect(others.length).toBeGreaterThan(5);
      expect(others.length).toBeLessThan(rows.length);
      // Each clean one came once.
      const marked = asked.filter((url) => /^\/(?:first|other)-\d+$/.test(url));
      expect(new Set(marked).size).toBe(marked.length);
    },
    120_000,
  );
});
