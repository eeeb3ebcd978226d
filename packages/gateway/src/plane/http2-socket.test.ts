import { once } from "node:events";
import { connect, createServer as createPlainServer, type AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { connect as connectSecurely, createServer } from "node:tls";
import { expect, test } from "vitest";
import { TEST_CERTIFICATE } from "../../../waymark/src/server/certificate.fixture.ts";
import { Http2Socket } from "./http2-socket.ts";
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
