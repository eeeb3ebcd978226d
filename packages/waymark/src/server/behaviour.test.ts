import { describeExchanges, type Harness } from "./behaviour.fixture.ts";
import type { Answering } from "./answering.fixture.ts";
import type { Driver } from "./driver.ts";
import { fetchHandler } from "./fetch.ts";
import { requestInMemory } from "./memory.ts";
import { nodeDriver } from "./node.ts";
import { nodeHttpDriver } from "./node-http.ts";
import { describeSockets } from "./socket-behaviour.fixture.ts";

/** Drivers that listen. */
const DRIVERS: Readonly<Record<string, Driver>> = { node: nodeDriver, "node-http": nodeHttpDriver };

for (const [name, driver] of Object.entries(DRIVERS)) {
  describeExchanges(name, (application) => onSocket(driver, application));
  // Node parses ahead and has pipelined requests handled side by side.
  describeSockets(name, driver, { pipelining: driver === nodeHttpDriver ? "concurrent" : "serial" });
}

describeExchanges("fetch", async (application) => {
  const handler = fetchHandler(application);
  const send: Harness["send"] = async (target, sent = {}) => {
    const request = new Request(`http://localhost${target}`, { ...sent, duplex: "half" } as RequestInit);
    // As a runtime does that has read it from the wire.
    if (typeof sent.body === "string")
      request.headers.set("content-length", String(Buffer.byteLength(sent.body)));
    return await aborting(sent.signal, handler(request));
  };
  return { send, close: async () => undefined };
});

describeExchanges("in memory", async (application) => ({
  send: (target, sent) => requestInMemory(application, target, sent),
  close: async () => undefined,
}));

async function onSocket(driver: Driver, application: Answering): Promise<Harness> {
  const listening = await driver.listen(application, {
    host: "127.0.0.1",
    port: 0,
    limits: application.limits,
  });
  return {
    send: (target, sent = {}) =>
      fetch(`http://127.0.0.1:${listening.port}${target}`, { ...sent, duplex: "half" } as RequestInit),
    close: async () => {
      listening.destroy();
      await listening.close();
    },
  };
}

/** What a runtime does for the client: when its signal aborts, the reply is of no interest. */
function aborting(signal: AbortSignal | undefined, reply: Promise<Response>): Promise<Response> {
  if (signal === undefined) return reply;
  return Promise.race([
    reply,
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
  ]);
}
