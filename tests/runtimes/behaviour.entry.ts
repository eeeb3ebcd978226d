// Bundled, and run by every runtime: the behaviour suite over the server that is named first in the arguments.
import process from "node:process";
import type { Answering } from "../../packages/waymark/src/server/answering.fixture.ts";
import { describeExchanges, type Harness } from "../../packages/waymark/src/server/behaviour.fixture.ts";
import { TEST_CERTIFICATE } from "../../packages/waymark/src/server/certificate.fixture.ts";
import { loadDriver } from "../../packages/waymark/src/server/drivers.ts";
import type { ServerName } from "../../packages/waymark/src/server/driver.ts";
import { Http2Client } from "../../packages/waymark/src/server/http2-client.fixture.ts";
import { describeSockets } from "../../packages/waymark/src/server/socket-behaviour.fixture.ts";
import { describeRenewal, describeTls } from "../../packages/waymark/src/server/tls-behaviour.fixture.ts";
import { run } from "./small-vitest.ts";

const server = process.argv[2] as ServerName | "http2";
const isHttp2 = server === "http2";
const driver = await loadDriver({ server: isHttp2 ? undefined : server, http2: isHttp2 });

async function start(application: Answering): Promise<Harness> {
  const { limits } = application;
  const tls = isHttp2 ? TEST_CERTIFICATE : undefined;
  const listening = await driver.listen(application, { host: "127.0.0.1", port: 0, limits, tls });
  const client = isHttp2 ? new Http2Client(listening.port) : undefined;
  const send: Harness["send"] = (target, sent = {}) =>
    client?.send(target, sent) ??
    fetch(`http://127.0.0.1:${listening.port}${target}`, { ...sent, duplex: "half" } as RequestInit);
  const close = async (): Promise<void> => {
    client?.session.destroy();
    listening.destroy();
    await listening.close();
  };
  return { send, close };
}

describeExchanges(server, start, { scheme: isHttp2 ? "https" : "http" });
// The servers of Bun and Deno are those runtimes' own: what they make of the bytes is theirs to test.
if (server === "wire" || server === "node-http")
  describeSockets(server, driver, { pipelining: server === "node-http" ? "concurrent" : "serial" });
if (server === "wire") {
  describeTls(server, { server });
  if (!("Bun" in globalThis)) describeRenewal(server, { server });
}

// Deno and Bun tell of what a reply's source throws once more.
process.on("uncaughtException", () => undefined);
process.on("unhandledRejection", () => undefined);
await run();
process.exit(0);
