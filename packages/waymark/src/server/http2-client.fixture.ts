import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { Readable } from "node:stream";
import { isBodiless } from "../http/status.ts";
import type { Sent } from "./behaviour.fixture.ts";

/** One HTTP/2 connection that asks as `fetch` does. */
export class Http2Client {
  readonly session: ClientHttp2Session;

  constructor(port: number) {
    this.session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    this.session.on("error", () => undefined);
  }

  send(target: string, { method = "GET", headers = {}, body, signal }: Sent = {}): Promise<Response> {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const length = bytes instanceof Uint8Array ? { "content-length": String(bytes.length) } : {};
    const stream = this.session.request(
      { ":path": target, ":method": method, ...length, ...lowerCase(headers) },
      { endStream: bytes === undefined },
    );
    return new Promise((resolve, reject) => {
      stream.on("error", reject);
      stream.on("close", () => reject(new Error(`closed with ${stream.rstCode}`)));
      signal?.addEventListener("abort", () => {
        reject(signal.reason as Error);
        // Not `close`, which would first end the body in order.
        stream.destroy(signal.reason as Error);
      });
      stream.on("response", (fields) => resolve(responseOf(fields, stream)));
      if (bytes instanceof ReadableStream) Readable.fromWeb(bytes as never).pipe(stream);
      else if (bytes !== undefined) stream.end(bytes);
    });
  }
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function responseOf(
  fields: Record<string, string | string[] | number | undefined>,
  stream: ClientHttp2Stream,
): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields))
    if (!name.startsWith(":"))
      for (const each of Array.isArray(value) ? value : [String(value)]) headers.append(name, each);
  const status = fields[":status"] as number;
  if (isBodiless(status)) return new Response(null, { status, headers });
  const body = new ReadableStream<Uint8Array>(
    {
      start(reader) {
        stream.on("data", (bytes: Buffer) => {
          reader.enqueue(new Uint8Array(bytes));
          if ((reader.desiredSize ?? 0) <= 0) stream.pause();
        });
        stream.once("end", () => reader.close());
        stream.once("error", (error) => reader.error(error));
      },
      pull: () => void stream.resume(),
      cancel: () => void stream.removeAllListeners("data").removeAllListeners("end").destroy(),
    },
    { highWaterMark: 1 },
  );
  return new Response(body, { status, headers });
}
