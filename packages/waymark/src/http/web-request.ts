import type { Exchange } from "./exchange.ts";

/**
 * A web `Request` of an exchange; its body is read from the exchange when somebody reads it. `onRefusal` is told why a body
 * could not be read to its end.
 */
export function toWebRequest(
  exchange: Exchange,
  url: string,
  bodyLimit: number,
  onRefusal?: (reason: unknown) => void,
): Request {
  const headers = new Headers();
  for (const [name, value] of exchange.headers()) headers.append(name, value);
  const { method } = exchange;
  // The standard gives GET and HEAD no body, whatever came over the wire.
  if (!exchange.hasBody || method === "GET" || method === "HEAD")
    return new Request(url, { method, headers, signal: exchange.signal });
  const init = {
    method,
    headers,
    signal: exchange.signal,
    body: toReadableStream(exchange.stream(bodyLimit), onRefusal),
    duplex: "half",
  };
  return new Request(url, init as RequestInit);
}

/** `ReadableStream.from` would do, but browsers' engines and Bun lack it. */
function toReadableStream(
  pieces: AsyncIterable<Uint8Array>,
  onRefusal: ((reason: unknown) => void) | undefined,
): ReadableStream<Uint8Array> {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await (iterator ??= pieces[Symbol.asyncIterator]()).next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          onRefusal?.(error);
          throw error;
        }
      },
      async cancel() {
        await iterator?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
