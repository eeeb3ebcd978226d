import { createServer, type AddressInfo, type Socket } from "node:net";
import { closing } from "./plane.fixture.ts";

/** Types of frames (RFC 9113 §6). */
export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;
/** Flags of frames: ACK is the same bit as END_STREAM. */
export const [END_STREAM, END_HEADERS] = [1, 4];
/** Error codes (RFC 9113 §7). */
export const ERROR = { NO_ERROR: 0, PROTOCOL_ERROR: 1, INTERNAL_ERROR: 2, REFUSED_STREAM: 7 } as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** One connection to a scripted upstream that speaks HTTP/2 frame by frame, whatever it says. */
export class FramePeer {
  readonly socket: Socket;
  readonly index: number;
  readonly frames: Frame[] = [];

  constructor(socket: Socket, index: number) {
    this.socket = socket;
    this.index = index;
  }

  send(type: number, flags: number, stream: number, payload: Buffer | string = ""): this {
    this.socket.write(frame(type, flags, stream, payload));
    return this;
  }
  headers(stream: number, fields: Fields, flags: number = 0): this {
    return this.send(FRAME.HEADERS, END_HEADERS | flags, stream, fieldBlock(fields));
  }
  data(stream: number, text: string, flags: number = 0): this {
    return this.send(FRAME.DATA, flags, stream, text);
  }
  /** A whole reply with a length. */
  answer(stream: number, text: string): this {
    return this.headers(stream, [
      [":status", "200"],
      ["content-length", String(text.length)],
    ]).data(stream, text, END_STREAM);
  }
  reset(stream: number, code: number): this {
    return this.send(FRAME.RST_STREAM, 0, stream, numbers(code));
  }
  goAway(last: number, code: number): this {
    return this.send(FRAME.GOAWAY, 0, 0, numbers(last, code));
  }
  settings(values: Readonly<Record<number, number>>): this {
    const payload = Object.entries(values).map(([id, value]) => {
      const bytes = Buffer.alloc(6);
      bytes.writeUInt16BE(Number(id));
      bytes.writeUInt32BE(value, 2);
      return bytes;
    });
    return this.send(FRAME.SETTINGS, 0, 0, Buffer.concat(payload));
  }
  /** Requests that have come, in their order. */
  get streams(): number[] {
    return this.frames.filter(({ type }) => type === FRAME.HEADERS).map(({ stream }) => stream);
  }
}

export type Fields = readonly (readonly [name: string, value: string])[];

export function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer | string): Buffer {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** Literal fields with new names, without indexing and without Huffman coding (RFC 7541 §6.2.2). */
export function fieldBlock(fields: Fields): Buffer {
  return Buffer.concat(fields.flatMap((field) => [Buffer.of(0), ...field.flatMap(literal)]));
}

function literal(text: string): Buffer[] {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length < 127) return [Buffer.of(bytes.length), bytes];
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
  return [Buffer.from([...length, rest]), bytes];
}

/** What it does by itself; each is told not to by `false`. */
export interface FrameHabits {
  readonly settings?: Readonly<Record<number, number>> | false;
  readonly acknowledges?: boolean;
  readonly answersPings?: boolean;
}

export interface FrameUpstream {
  readonly origin: string;
  readonly peers: FramePeer[];
  /** Connections that are open. */
  open(): number;
}

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length;

/** An upstream that does what a script says at each frame. */
export async function frameUpstream(
  script: (peer: FramePeer, frame: Frame) => void,
  { settings = {}, acknowledges = true, answersPings = true }: FrameHabits = {},
): Promise<FrameUpstream> {
  const peers: FramePeer[] = [];
  const live = new Set<Socket>();
  const server = createServer((socket) => {
    const peer = new FramePeer(socket, peers.length);
    peers.push(peer);
    live.add(socket);
    socket.setNoDelay(true).on("error", () => undefined);
    socket.on("close", () => live.delete(socket));
    if (settings !== false) peer.settings(settings);
    let [bytes, at] = [Buffer.alloc(0), PREFACE];
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= at + 9 && bytes.length >= at + 9 + bytes.readUIntBE(at, 3)) {
        const end = at + 9 + bytes.readUIntBE(at, 3);
        const came: Frame = {
          type: bytes[at + 3]!,
          flags: bytes[at + 4]!,
          stream: bytes.readUInt32BE(at + 5),
          payload: bytes.subarray(at + 9, end),
        };
        at = end;
        peer.frames.push(came);
        const isAck = (came.flags & 1) !== 0;
        if (came.type === FRAME.SETTINGS && !isAck && acknowledges) peer.send(FRAME.SETTINGS, 1, 0);
        if (came.type === FRAME.PING && !isAck && answersPings) peer.send(FRAME.PING, 1, 0, came.payload);
        script(peer, came);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing(server, () => {
    for (const socket of live) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, peers, open: () => live.size };
}

/** A script that hears of requests alone, when they are complete: the n-th of all, from 0. */
export function atRequests(
  script: (peer: FramePeer, stream: number, index: number) => void,
): (peer: FramePeer, frame: Frame) => void {
  let count = 0;
  return (peer, { type, flags, stream }) => {
    const isPart = type === FRAME.HEADERS || type === FRAME.DATA;
    if (isPart && (flags & END_STREAM) !== 0) script(peer, stream, count++);
  };
}
