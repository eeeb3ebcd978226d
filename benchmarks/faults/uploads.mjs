// Uploads: clients that go away at random moments of an upload. No temporary file and no descriptor stays behind.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aliveIn } from "./caller.mjs";
import { ms, resourcesOf } from "./figures.mjs";
import { settled, start } from "./start.mjs";

const AT_ONCE = 32;
const CONTENT = Buffer.alloc(200_000, "x");
const BODY = Buffer.concat([
  Buffer.from(
    '--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n' +
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n',
  ),
  CONTENT,
  Buffer.from("\r\n--b--\r\n"),
]);
const head = (path, framing) =>
  Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n${framing}\r\n\r\n`,
  );
const sized = (path) => Buffer.concat([head(path, `Content-Length: ${BODY.length}`), BODY]);
const chunked = (path) => {
  const chunks = [];
  for (let at = 0; at < BODY.length; at += 30_000) {
    const piece = BODY.subarray(at, at + 30_000);
    chunks.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
  }
  return Buffer.concat([head(path, "Transfer-Encoding: chunked"), ...chunks, Buffer.from("0\r\n\r\n")]);
};

const KINDS = {
  "a spooled file, with a length": sized("/leased/file?ms=5"),
  "a spooled file, in chunks": chunked("/leased/file?ms=5"),
  "parts as they come": sized("/leased/parts"),
};

export const title = "Uploads whose clients go away";
export { columns as head };
const columns = [
  "",
  "clients",
  "setups",
  "teardowns",
  "doubled",
  "most temporary files at once",
  "temporary files left",
  "alive after",
  "unhandled",
  "before",
  "after",
];

export async function run(server, { aborts }) {
  const rows = [];
  for (const [name, bytes] of Object.entries(KINDS)) {
    const folder = mkdtempSync(join(tmpdir(), "waymark-faults-"));
    const target = await start({ server, limits: { form: { memory: 16 * 1024 } } }, [
      "env",
      `TMPDIR=${folder}`,
    ]);
    try {
      rows.push([name, ...(await leave(target, bytes, aborts, folder))]);
    } finally {
      await target.stop();
      rmSync(folder, { recursive: true });
    }
  }
  return rows;
}

async function leave(target, bytes, number, folder) {
  await aliveIn(target.port);
  // The first clients load what is loaded once.
  for (let i = 0; i < AT_ONCE; i++) await visit(target.port, bytes);
  await settled(target, "temporaryFiles");
  const before = await target.ask("state");
  let next = 0;
  let most = 0;
  const client = async () => {
    while (next++ < number) {
      await visit(target.port, bytes);
      most = Math.max(most, readdirSync(folder).length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  const after = await settled(target, "temporaryFiles");
  const count = (name) => after.counts[name] - before.counts[name];
  return [
    number,
    count("setups"),
    count("teardowns"),
    after.counts.doubled,
    most,
    after.temporaryFiles,
    ms(await aliveIn(target.port)),
    after.counts.unhandled + after.counts.uncaught,
    resourcesOf(before),
    resourcesOf(after),
  ];
}

/** A quarter send all of it; half end the connection, half reset it. */
function visit(port, bytes) {
  return new Promise((resolve) => {
    const share = Math.random() < 0.25 ? 1 : Math.random();
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.write(bytes.subarray(0, Math.floor(bytes.length * share)));
      setTimeout(
        () => (Math.random() < 0.5 ? socket.resetAndDestroy() : socket.destroy()),
        Math.random() * (share === 1 ? 60 : 15),
      );
    });
    socket.resume();
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
  });
}
