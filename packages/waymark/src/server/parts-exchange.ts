import { MOST_WRITTEN } from "../wire/outbox.ts";
import { NodeHttpExchange } from "./node-http-exchange.ts";

/** Where a socket tells of a write when all of it is taken: large replies are sent in parts, which show a slow reader's progress. */
export class PartsExchange extends NodeHttpExchange {
  override end(): void | Promise<void> {
    const { payload } = this;
    if ((typeof payload === "string" || payload instanceof Uint8Array) && payload.length > MOST_WRITTEN) {
      const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
      this.setField("content-length", String(bytes.byteLength));
      this.payload = partsOf(bytes);
    }
    return super.end();
  }
}

async function* partsOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += MOST_WRITTEN) yield bytes.subarray(at, at + MOST_WRITTEN);
}
