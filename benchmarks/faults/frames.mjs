// A client that speaks WebSocket (RFC 6455) as badly as it is told to.
import { connect } from "node:net";

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;

export const handshake = (path, extra = "") =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`;

export function frame(opcode, payload = "", { fin = true, reserved = 0, masked = true, length } = {}) {
  const data = Buffer.from(payload);
  const mask = masked ? 0x80 : 0;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  let head = Buffer.from([first, mask | data.length]);
  if (length !== undefined || data.length > 125) {
    head = Buffer.alloc(10);
    head[0] = first;
    head[1] = mask | 127;
    head.writeBigUInt64BE(length ?? BigInt(data.length), 2);
  }
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), data]);
}

export class FrameClient {
  /** What the server closed with; undefined while it has not said. */
  code;
  isOver = false;
  #bytes = Buffer.alloc(0);
  #head = false;
  #wake = [];

  constructor(port, path, extra) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("data", (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#read();
      this.#notify();
    });
    this.socket.on("error", () => undefined);
    this.socket.on("close", () => {
      this.isOver = true;
      this.#notify();
    });
    this.socket.write(handshake(path, extra));
  }

  async opened() {
    await this.until(() => this.#head);
    return this;
  }
  async until(done) {
    while (!done() && !this.isOver) await new Promise((resolve) => this.#wake.push(resolve));
  }
  /** In a later turn, so that a loop does not keep others waiting. */
  write(bytes) {
    return new Promise((resolve) => this.socket.write(bytes, () => setImmediate(resolve)));
  }
  destroy() {
    this.socket.destroy();
  }

  #notify() {
    for (const wake of this.#wake.splice(0)) wake();
  }
  #read() {
    if (!this.#head) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end === -1) return;
      this.#head = true;
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    for (;;) {
      const bytes = this.#bytes;
      if (bytes.length < 2) return;
      const short = bytes[1] & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < start) return;
      const size =
        short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
      if (bytes.length < start + size) return;
      if ((bytes[0] & 15) === CLOSE) this.code = size < 2 ? 1005 : bytes.readUInt16BE(start);
      this.#bytes = bytes.subarray(start + size);
    }
  }
}
