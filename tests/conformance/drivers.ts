// Every way of asking an application, each giving the same kind of answer.
import { connect } from "node:net";
import { serve, type App, type Running, type ServerName } from "waymark";
import { CUT, type Row } from "./requests/row.ts";

export interface Answer {
  readonly status: number;
  /** Without what belongs to one connection or moment; lines of one name joined, Set-Cookie by a line break. */
  readonly fields: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Driver {
  readonly name: string;
  readonly ask: (row: Row) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

export async function drivers(make: () => App): Promise<Driver[]> {
  const memory = make();
  const fetched = make();
  return [
    await overSockets(make(), "node-http"),
    await overSockets(make(), "wire"),
    { name: "app.request", ask: (row) => askInMemory(memory, row), close: () => memory.stop() },
    { name: "app.fetch", ask: (row) => askByFetch(fetched, row), close: () => fetched.stop() },
  ];
}

async function overSockets(app: App, server: ServerName): Promise<Driver> {
  const running: Running = await serve(app, { port: 0, server, signals: false });
  return { name: server, ask: (row) => askBySocket(running.port, row), close: () => running.close() };
}

async function askInMemory(app: App, { ask, headers = {}, body }: Row): Promise<Answer> {
  const options = { headers, ...(body === undefined ? {} : { body }) };
  return answerOf(await app.request(ask, options));
}

async function askByFetch(app: App, { ask, headers = {}, body }: Row): Promise<Answer> {
  const [method, target] = split(ask);
  return answerOf(
    await app.fetch(new Request(`http://localhost${target}`, { method, headers, body: body ?? null })),
  );
}

/** How much of it went out first is a matter of timing. */
const cut: Answer = { status: CUT, fields: {}, body: "" };

async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return await response.text().then(
    (body) => ({ status, fields: comparable([...headers]), body }),
    () => cut,
  );
}

function askBySocket(port: number, { ask, headers = {}, body }: Row): Promise<Answer> {
  const lines = [`${ask} HTTP/1.1`, "host: localhost", "connection: close"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body)}`);
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.write(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
    });
    socket.on("data", (piece) => received.push(piece));
    // A reset is a cut as well.
    socket.on("error", () => {});
    socket.on("close", () => resolve(parse(Buffer.concat(received), ask.startsWith("HEAD "))));
  });
}

function parse(bytes: Buffer, isHead: boolean): Answer {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return cut;
  const [start = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const status = Number(start.split(" ")[1]);
  const body = contentOf(fields, bytes.subarray(end + 4), isHead || status === 304);
  return body === undefined ? cut : { status, fields: comparable(fields), body: body.toString() };
}

/** Undefined where the end is missing. */
function contentOf(
  fields: readonly (readonly [string, string])[],
  content: Buffer,
  isLeftOut: boolean,
): Buffer | undefined {
  const valueOf = (wanted: string): string | undefined => fields.find(([name]) => name === wanted)?.[1];
  const length = valueOf("content-length");
  if (valueOf("transfer-encoding") === "chunked") return unchunked(content);
  return isLeftOut || length === undefined || content.length === Number(length) ? content : undefined;
}

function unchunked(content: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const line = content.indexOf("\r\n", at);
    const size = Number.parseInt(content.toString("latin1", at, line), 16);
    if (line === -1 || Number.isNaN(size)) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(content.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

/** RFC 9110 §7.6.1, and the clock. */
const OF_THE_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "date"]);

function comparable(lines: readonly (readonly [string, string])[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of [...lines].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    if (OF_THE_CONNECTION.has(name)) continue;
    const before = fields[name];
    fields[name] = before === undefined ? value : before + (name === "set-cookie" ? "\n" : ", ") + value;
  }
  return fields;
}

function split(ask: string): [string, string] {
  const space = ask.indexOf(" ");
  return [ask.slice(0, space), ask.slice(space + 1)];
}
