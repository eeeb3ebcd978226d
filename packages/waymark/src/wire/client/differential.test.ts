import { createServer, type AddressInfo, type Server } from "node:net";
import { type IncomingMessage, request as requestByNode } from "node:http";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { damaged, generator, pick } from "../random.fixture.ts";
import { Pool } from "./pool.ts";
import { exchange } from "./upstream.fixture.ts";

const CASES = Number(process.env["WAYMARK_FUZZ_CASES"] ?? 5_000);
const SEED = Number(process.env["WAYMARK_FUZZ_SEED"] ?? 20_260_301);
const AT_ONCE = 40;

interface Case {
  readonly method: "GET" | "HEAD";
  readonly pieces: readonly Buffer[];
}

/** One response as a client has read it. */
interface Reading {
  readonly status: number;
  readonly fields: readonly (readonly [string, string])[];
  readonly informational: readonly number[];
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
}

// -- an upstream that answers each path with the bytes of a case, and ends ---------------------------------------------

let cases: Case[] = [];
let server: Server;
let port = 0;
let pool: Pool;

beforeAll(async () => {
  server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    let head = "";
    socket.on("data", (bytes) => {
      head += bytes.toString("latin1");
      const path = /^\w+ \/(\d+) [^]*\r\n\r\n/.exec(head);
      if (path === null) return;
      head = "";
      const { pieces } = cases[Number(path[1])]!;
      const write = (n: number): void => {
        if (socket.destroyed) return;
        if (n === pieces.length) return void socket.end();
        socket.write(pieces[n]!);
        setImmediate(write, n + 1);
      };
      write(0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
  pool = new Pool({ host: "127.0.0.1", port, connections: AT_ONCE });
});

afterAll(async () => {
  pool.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!.toLowerCase(), raw[2 * i + 1]!]);
}

/** What Node's own client reads; undefined when it refuses, or when the response is cut off. */
function readByNode(id: number): Promise<Reading | undefined> {
  return new Promise((resolve) => {
    const { method } = cases[id]!;
    const informational: number[] = [];
    const request = requestByNode({ host: "127.0.0.1", port, path: `/${id}`, method, agent: false });
    request.on("information", ({ statusCode }) => void informational.push(statusCode));
    request.on("upgrade", (_response, socket) => {
      socket.destroy();
      resolve(undefined);
    });
    let answer: IncomingMessage | undefined;
    // Bytes behind a complete response are an error to Node as well, and to both no reason to doubt the response.
    request.on("error", () => answer?.complete === true || resolve(undefined));
    request.on("response", (response) => {
      answer = response;
      let body = "";
      response.setEncoding("latin1").on("data", (text: string) => (body += text));
      response.on("error", () => resolve(undefined));
      response.on("close", () => {
        if (!response.complete) return resolve(undefined);
        const { statusCode, rawHeaders, rawTrailers } = response;
        resolve({
          status: statusCode!,
          fields: pairs(rawHeaders),
          informational,
          body,
          trailers: pairs(rawTrailers),
        });
      });
    });
    request.end();
  });
}

async function readByPool(id: number): Promise<Reading | string> {
  const head = `${cases[id]!.method} /${id} HTTP/1.1\r\nHost: a\r\n\r\n`;
  // A connection that is being closed by the upstream is nobody's fault here.
  for (;;) {
    const { isComplete, status, fields, informational, body, trailers, error } = await exchange(pool, head, {
      whole: id % 2 === 0,
    }).done;
    if (isComplete) return { status, fields, informational, body, trailers };
    if (error!.isStale) continue;
    return error!.code === "MALFORMED" ? error!.message : error!.code;
  }
}

/** What the pool refuses although Node reads it: each of these is meant. */
const STRICTER: readonly RegExp[] = [
  // Node skips empty lines before a response, and takes HTTP/0.9, HTTP/2.0, RTSP and ICE for HTTP.
  /^Not a response of HTTP\/1$/,
  /^The status is not a number from 100 to 599$/,
  // Node takes any byte but a line end, and even a bare CR before the first field.
  /^The reason phrase has a control character$/,
  // Node reads a body with another coding, or a tab behind this one, until the connection closes.
  /^There is no transfer coding but chunked$/,
  /^Transfer-Encoding is repeated$/,
  /^Transfer-Encoding in a response of HTTP\/1\.0$/,
  /^Connection is not a list of names$/,
  /^A 1xx response with a body, or the last one of its connection$/,
  /^The upstream changes the protocol, and nobody has asked$/,
  /^An extension of a chunk is not well-formed$/,
];

interface Comparison {
  read: number;
  /** Responses that Node reads and the pool refuses, by the pool's reason. */
  readonly stricter: Map<string, number>;
  /** Responses that the two read differently, or only the pool reads: there may be none. */
  readonly differences: string[];
}

async function compare(): Promise<Comparison> {
  const comparison: Comparison = { read: 0, stricter: new Map(), differences: [] };
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < cases.length) compareOne(next, ...(await readByBoth(next++)), comparison);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return comparison;
}

const readByBoth = (id: number): Promise<[Reading | undefined, Reading | string]> =>
  Promise.all([readByNode(id), readByPool(id)]);

function compareOne(
  id: number,
  byNode: Reading | undefined,
  byPool: Reading | string,
  comparison: Comparison,
): void {
  const { method, pieces } = cases[id]!;
  const story = JSON.stringify({ method, response: pieces.map(String), byNode, byPool });
  if (typeof byPool !== "string") {
    comparison.read++;
    if (!isDeepStrictEqual(byPool, byNode)) comparison.differences.push(story);
  } else if (byNode !== undefined) {
    comparison.stricter.set(byPool, (comparison.stricter.get(byPool) ?? 0) + 1);
    if (process.env["WAYMARK_FUZZ_SHOW"] === byPool) console.log(story);
  }
}

function unexplained(stricter: Map<string, number>): string[] {
  return [...stricter.keys()].filter((reason) => !STRICTER.some((known) => known.test(reason)));
}

// -- cases -------------------------------------------------------------------------------------------------------------

const STATUS_LINES = [
  ...Array.from({ length: 8 }, () => "HTTP/1.1 200 OK"),
  "HTTP/1.1 204 No Content",
  "HTTP/1.1 304 Not Modified",
  "HTTP/1.1 404 Not Found",
  "HTTP/1.1 500",
  "HTTP/1.1 200 ",
  "HTTP/1.0 200 OK",
  "HTTP/1.1 101 Switching Protocols",
  "HTTP/1.1 999 ?",
  "HTTP/1.1 000 ?",
  "HTTP/2.0 200 OK",
  "http/1.1 200 OK",
  "HTTP/1.1 20 OK",
];
const LINES = [
  "Date: Mon, 23 Nov 2026 02:00:00 GMT",
  "Server:nginx",
  "X-Empty:",
  "X-Blank: \t ",
  "X-Tab: a\tb ",
  "X-High: caf\xe9",
  "Set-Cookie: a=b",
  "Connection: keep-alive",
  "connection: CLOSE",
  "Connection: close, x-tab",
  "Connection: a b",
  "Keep-Alive: timeout=5",
  "Content-Length: 0",
  "content-length:  005 ",
  "Content-Length:\t5 \t",
  "Content-Length: 5, 5",
  "Content-Length: +5",
  "Content-Length : 5",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, gzip",
  "Transfer-Encoding:\tchunked\t",
  "Transfer-Encoding\t: chunked",
  "Trailer: A",
  "Upgrade: websocket",
  " folded",
  "NoColon",
  ": empty",
  "X(Y): z",
];
const USUAL_LINES = LINES.slice(0, 8);
const BODIES = [
  "",
  "hello",
  "hello",
  "hello",
  "5\r\nhello\r\n0\r\n\r\n",
  "5\r\nhello\r\n0\r\n\r\n",
  "3\r\nhel\r\n002\r\nlo\r\n0\r\nA: b\r\n\r\n",
  '5;x=y;z="q q"\r\nhello\r\n0\r\n\r\n',
  "5;\r\nhello\r\n0\r\n\r\n",
  "5 \r\nhello\r\n0\r\n\r\n",
  "0\r\n\r\n",
  "0\r\nContent-Length: 5\r\n\r\n",
];

function makeCase(random: () => number): Case {
  const one = <T>(list: ArrayLike<T>): T => pick(list, random);
  let text = "";
  for (let k = random() < 0.85 ? 0 : 1 + Math.floor(random() * 2); k > 0; k--)
    text += `HTTP/1.1 ${one(["100 Continue", "103 Early Hints", "199"])}\r\n${random() < 0.5 ? "" : `${one(LINES)}\r\n`}\r\n`;
  const usual = random() < 0.75;
  const lines = [usual ? "HTTP/1.1 200 OK" : one(STATUS_LINES)];
  for (let k = Math.floor(random() * 4); k > 0; k--)
    lines.push(random() < 0.75 ? one(USUAL_LINES) : one(LINES));
  const body = one(BODIES);
  if (body === "hello" && random() < 0.8) lines.push("Content-Length: 5");
  if (body.includes("\r\n") && random() < 0.85) lines.push("Transfer-Encoding: chunked");
  text += `${lines.join("\r\n")}\r\n\r\n${body}`;
  const bytes = Buffer.from(damaged(text, 0.5, random), "latin1");
  return { method: random() < 0.1 ? "HEAD" : "GET", pieces: cut(bytes, random) };
}

/** The bytes in one piece, in two (cut at any byte), or one by one. */
function cut(bytes: Buffer, random: () => number): Buffer[] {
  const kind = random();
  if (kind < 0.5) return [bytes];
  if (kind < 0.55) return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
  const at = Math.floor(random() * bytes.length);
  return [bytes.subarray(0, at), bytes.subarray(at)].filter((piece) => piece.length > 0);
}

it(`reads ${CASES} responses as Node does, or refuses them`, { timeout: 120_000 + 10 * CASES }, async () => {
  const random = generator(SEED);
  cases = Array.from({ length: CASES }, () => makeCase(random));
  const { read, stricter, differences } = await compare();
  if (process.env["WAYMARK_FUZZ_CASES"] !== undefined)
    console.log(`${read} responses read; refused though Node reads them:`, stricter);
  expect(differences.slice(0, 3)).toEqual([]);
  expect(read).toBeGreaterThan(CASES / 3);
  expect(unexplained(stricter)).toEqual([]);
});

/** The responses of llhttp's own tests, each with what its strict parser says. */
interface Sample {
  readonly id: string;
  readonly raw_b64: string;
  readonly verdict: string;
}

it("reads the responses of llhttp's own tests as Node does, or refuses them", async () => {
  const lines = gunzipSync(readFileSync(new URL("llhttp_responses.jsonl.gz", import.meta.url))).toString();
  const samples = lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Sample);
  cases = samples.flatMap(({ raw_b64 }): Case[] => {
    const bytes = Buffer.from(raw_b64, "base64");
    return [
      { method: "GET", pieces: [bytes] },
      { method: "HEAD", pieces: [bytes] },
      { method: "GET", pieces: Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)) },
    ];
  });
  const { read, stricter, differences } = await compare();
  expect(differences.slice(0, 3)).toEqual([]);
  expect(samples.length).toBeGreaterThan(50);
  expect(read).toBeGreaterThan(30);
  expect(unexplained(stricter)).toEqual([]);
});
