import { connect, type Socket } from "node:net";

export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

export interface FrameOptions {
  /** Default: the last of its message, nothing reserved. */
  readonly fin?: boolean;
  readonly reserved?: number;
  /** Default true, as clients must. */
  readonly masked?: boolean;
  /** Says another length than there is: 8 bytes. */
  readonly length?: bigint;
}

/** A frame of RFC 6455 §5.2, wrong in whatever way is asked for. */
export function frame(
  opcode: number,
  payload: string | Uint8Array = "",
  { fin = true, reserved = 0, masked = true, length }: FrameOptions = {},
): Buffer {
  const data = Buffer.from(payload);
  const size = length ?? BigInt(data.length);
  const mask = masked ? 0x80 : 0;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  let head: Buffer;
  if (length === undefined && data.length < 126) head = Buffer.from([first, mask | data.length]);
  else if (length === undefined && data.length < 65_536) {
    head = Buffer.from([first, mask | 126, 0, 0]);
    head.writeUInt16BE(data.length, 2);
  } else {
    head = Buffer.alloc(10);
    head[0] = first;
    head[1] = mask | 127;
    head.writeBigUInt64BE(size, 2);
  }
  if (!masked) return Buffer.concat([head, data]);
  const key = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, key, data.map((byte, i) => byte ^ key[i % 4]!)]);
}

export function closeFrame(code: number, reason = ""): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return frame(CLOSE, payload);
}

export interface ReceivedFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly reserved: number;
}

/** The request of a handshake; a field of undefined is left out. */
export function handshake(path: string, fields: Readonly<Record<string, string | undefined>> = {}): string {
  const all: Record<string, string | undefined> = {
    Host: "127.0.0.1",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...fields,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`,
  );
  return [`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}

const open = new Set<Socket>();

/** What a test has left open. */
export function destroyAll(): void {
  for (const socket of open) socket.destroy();
}

/** A client that sends bytes, and reads what comes after the head of the reply as frames. */
export class RawWebSocket {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #head: string | undefined;
  readonly frames: ReceivedFrame[] = [];
  /** The server has ended its side, or all of it. */
  isOver = false;
  readonly closed: Promise<void>;
  #wake: (() => void)[] = [];

  constructor(port: number, socket: Socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true })) {
    this.#socket = socket.setNoDelay(true);
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("data", (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#parse();
      this.#awake();
    });
    socket.on("error", () => undefined);
    const over = (): void => {
      this.isOver = true;
      this.#awake();
    };
    socket.on("end", () => {
      over();
      socket.end();
    });
    this.closed = new Promise((resolve) =>
      socket.on("close", () => {
        over();
        resolve();
      }),
    );
  }

  /** Connects and completes the handshake. */
  static async open(
    port: number,
    path: string,
    fields?: Readonly<Record<string, string>>,
  ): Promise<RawWebSocket> {
    const client = new RawWebSocket(port).write(handshake(path, fields));
    const head = await client.head();
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(head);
    return client;
  }

  write(...bytes: (string | Uint8Array)[]): this {
    for (const each of bytes)
      this.#socket.write(typeof each === "string" ? Buffer.from(each, "latin1") : each);
    return this;
  }
  /** Resolves when the system has taken it, or will not; in a later turn, so that a loop does not keep others waiting. */
  flush(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#socket.write(bytes, () => setImmediate(resolve)));
  }
  end(): this {
    this.#socket.end();
    return this;
  }
  pause(): this {
    this.#socket.pause();
    return this;
  }
  resume(): this {
    this.#socket.resume();
    return this;
  }
  destroy(): void {
    this.#socket.destroy();
  }
  /** Cuts the connection by RST. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** The head of the reply. */
  async head(): Promise<string> {
    await this.#until(() => this.#head !== undefined);
    return this.#head!;
  }
  /** What came behind the head of a reply that is none of 101, whole or in chunks. */
  get body(): string {
    const text = this.#bytes.toString();
    return /^transfer-encoding: chunked$/im.test(this.#head!) ? unchunked(text) : text;
  }
  async frame(index: number): Promise<ReceivedFrame> {
    await this.#until(() => this.frames.length > index);
    return this.frames[index]!;
  }
  /** The code and the reason that the server closes with, which is answered; 1006 when it ends without. */
  async closing(): Promise<{ code: number; reason: string }> {
    const sent = (): ReceivedFrame | undefined => this.frames.find(({ opcode }) => opcode === CLOSE);
    while (sent() === undefined && !this.isOver)
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    const payload = sent()?.payload;
    if (payload === undefined) return { code: 1006, reason: "" };
    this.write(frame(CLOSE, payload));
    return payload.length === 0
      ? { code: 1005, reason: "" }
      : { code: payload.readUInt16BE(0), reason: payload.toString("utf8", 2) };
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.isOver)
        throw new Error(`the server ended; head ${String(this.#head)}, ${this.frames.length} frames`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }
  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  #parse(): void {
    if (this.#head === undefined) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end === -1) return;
      this.#head = this.#bytes.toString("latin1", 0, end);
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    if (!this.#head.startsWith("HTTP/1.1 101 ")) return;
    for (;;) {
      const bytes = this.#bytes;
      if (bytes.length < 2) return;
      const short = bytes[1]! & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < start) return;
      const size =
        short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
      if (bytes.length < start + size) return;
      const payload = Buffer.from(bytes.subarray(start, start + size));
      this.frames.push({ opcode: bytes[0]! & 0xf, reserved: (bytes[0]! >> 4) & 7, payload });
      this.#bytes = bytes.subarray(start + size);
    }
  }
}

function unchunked(text: string): string {
  const [, size = "", rest = ""] = /^([\da-f]+)\r\n([^]*)$/i.exec(text) ?? [];
  const length = Number.parseInt(size, 16);
  return length > 0 ? rest.slice(0, length) + unchunked(rest.slice(length + 2)) : "";
}
