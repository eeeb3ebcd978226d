import { lookup as lookupName, type LookupAddress } from "node:dns";
import { request as requestHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { bareHost, hasHost, isInsideAddress } from "../../inside-network.ts";

/** Gives all addresses of a name. */
export type ResolveName = (name: string) => Promise<readonly LookupAddress[]>;

/**
 * `fetch` for addresses that documents say. A host that is not among `allowHosts` is refused where it is, or resolves to,
 * an address of this machine or its networks; the connection goes to the addresses that were judged, whatever the name
 * resolves to by then. Redirects are not followed, and no proxy is asked.
 */
export function guardedFetch(
  allowHosts: readonly string[],
  resolveName: ResolveName = allAddresses,
): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.username !== "" || url.password !== "")
      throw new TypeError(`${url.origin} is asked without credentials in its address`);
    if (hasHost(allowHosts, url.hostname)) return fetch(url, init);
    const { signal } = init;
    signal?.throwIfAborted();
    const addresses = await inTime(addressesOf(bareHost(url.hostname), resolveName), signal);
    if (addresses.length === 0 || addresses.some(({ address }) => isInsideAddress(address)))
      throw new Error(
        `${url.origin} is an address of this machine or its network: list its host under \`allowHosts\` of the service if it is meant`,
      );
    return ask(url, addresses, init);
  };
}

function allAddresses(name: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) =>
    lookupName(name, { all: true }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    ),
  );
}

async function addressesOf(host: string, resolveName: ResolveName): Promise<readonly LookupAddress[]> {
  const family = isIP(host);
  return family === 0 ? resolveName(host) : [{ address: host, family }];
}

/** A resolver cannot be told to stop. */
function inTime<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (signal === null || signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function ask(url: URL, addresses: readonly LookupAddress[], init: RequestInit): Promise<Response> {
  const [first] = addresses as [LookupAddress];
  const pinned: LookupFunction = (_name, { all }, callback) =>
    all === true ? callback(null, [...addresses]) : callback(null, first.address, first.family);
  const options: RequestOptions = {
    headers: Object.fromEntries(new Headers(init.headers)),
    lookup: pinned,
    // A connection of its own: one that is kept could be to an address that nobody judged.
    agent: false,
    ...(init.signal == null ? {} : { signal: init.signal }),
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    send(url, options, (message) => {
      try {
        resolve(responseOf(message));
      } catch (error) {
        message.destroy();
        reject(error as Error);
      }
    })
      .on("error", reject)
      .end();
  });
}

/** Bodies that a status cannot have are none (https://fetch.spec.whatwg.org/#null-body-status). */
function responseOf(message: IncomingMessage): Response {
  const status = message.statusCode ?? 0;
  if ([204, 205, 304].includes(status)) {
    message.resume();
    return new Response(null, { status });
  }
  return new Response(Readable.toWeb(message) as unknown as ReadableStream, { status });
}
