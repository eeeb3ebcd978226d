import { once } from "node:events";
import { connect, createServer as createPlainServer, type AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { connect as connectSecurely, createServer } from "node:tls";
import { describe, expect, test } from "vitest";
import { TEST_CERTIFICATE } from "../../../waymark/src/server/certificate.fixture.ts";
import { frame, FRAME, numbers } from "./http2-frames.fixture.ts";
import { Http2Fault, Http2Socket } from "./http2-socket.ts";
import { closing, eventually, listening } from "./plane.fixture.ts";

test("nothing is written to an end that has not shown who it is", async () => {
  let said = "";
  let ends = 0;
  const server = createServer(TEST_CERTIFICATE, (socket) => {
    socket.on("data", (piece) => (said += String(piece))).on("error", () => undefined);
  });
  server.on("connection", (socket) => socket.on("close", () => ends++));
  const port = await listening(server);
  const to = (ca?: string): Http2Socket =>
    new Http2Socket(connectSecurely({ port, host: "127.0.0.1", servername: "localhost", ca }), true);

  const stranger = to();
  stranger.write("secret");
  const [error] = (await once(stranger, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  await eventually(() => ends === 1);
  expect(said).toBe("");

  const known = to(TEST_CERTIFICATE.cert);
  known.write("hello, ");
  known.write("all ");
  known.end("of you");
  await eventually(() => said === "hello, all of you");
  known.destroy();
});

test("several pieces at once, as Node's HTTP/2 begins with, wait for it as one does", async () => {
  const { cert } = TEST_CERTIFICATE;
  let said = "";
  const server = createServer(TEST_CERTIFICATE, (socket) => {
    socket.on("data", (piece) => (said += String(piece))).on("error", () => undefined);
  });
  const port = await listening(server);
  const socket = connectSecurely({ port, host: "127.0.0.1", servername: "localhost", ca: cert });
  const stream = closing(new Http2Socket(socket, true), (each) => each.destroy());
  stream.cork();
  stream.write("hello, ");
  stream.write("all of you");
  stream.uncork();
  expect(socket.writableLength).toBe(0);
  await eventually(() => said === "hello, all of you");
});

test("what is not read is not taken from the other end either", async () => {
  const chunk = Buffer.alloc(65_536, "x");
  let taken = 0;
  const server = createPlainServer((socket) => {
    socket.on("error", () => undefined);
    const more = (): void => {
      taken++;
      while (socket.write(chunk)) taken++;
    };
    socket.on("drain", more);
    more();
  });
  const port = await listening(server);
  const socket = connect(port, "127.0.0.1");
  const stream = new Http2Socket(socket, false);
  closing(stream, () => void stream.destroy());
  await wait(100);
  expect(socket.bytesRead).toBeLessThan(4 * 65_536);
  const before = taken;
  stream.resume();
  await eventually(() => taken > before + 100);
});

describe("a farewell that is written", () => {
  const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  const farewell = (code: number): Buffer => frame(FRAME.GOAWAY, 0, 0, numbers(0, code));
  /** What the stream ended with after it was given these bytes; undefined where it goes on. */
  async function after(...pieces: readonly (Buffer | string)[]): Promise<unknown> {
    let came = Buffer.alloc(0);
    const server = createPlainServer((socket) =>
      socket.on("data", (bytes) => (came = Buffer.concat([came, bytes]))).on("error", () => undefined),
    );
    const stream = new Http2Socket(connect(await listening(server), "127.0.0.1"), false);
    closing(stream, () => void stream.destroy());
    let error: unknown;
    stream.on("error", (given) => (error = given));
    for (const piece of pieces) await new Promise((resolve) => stream.write(piece, resolve));
    const all = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    await eventually(() => error !== undefined || came.equals(all));
    return error;
  }
  const data = frame(FRAME.DATA, 0, 1, "x".repeat(100));

  test.each([
    ["by itself", [PREFACE, farewell(1)]],
    ["behind other frames", [PREFACE, data, Buffer.concat([data, data, farewell(9)])]],
    [
      "behind a payload that is written by itself",
      [PREFACE, data.subarray(0, 9), data.subarray(9), farewell(6)],
    ],
  ])("%s, ends it where it has an error code", async (_, pieces) => {
    expect(await after(...pieces)).toBeInstanceOf(Http2Fault);
  });

  test.each([
    ["without an error", [PREFACE, farewell(0)]],
    ["that is a payload", [PREFACE, frame(FRAME.DATA, 0, 1, farewell(1))]],
    [
      "that is a payload by itself",
      [PREFACE, frame(FRAME.DATA, 0, 1, farewell(1)).subarray(0, 9), farewell(1)],
    ],
    ["behind what cannot be told", [PREFACE, data.subarray(0, 5), data.subarray(5), farewell(1)]],
  ])("%s, does not", async (_, pieces) => {
    expect(await after(...pieces)).toBeUndefined();
  });
});

test("a connection that cannot be made is the stream's error", async () => {
  const server = createPlainServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const [error] = (await once(new Http2Socket(connect(port, "127.0.0.1"), false), "error")) as [
    NodeJS.ErrnoException,
  ];
  expect(error.code).toBe("ECONNREFUSED");
});
