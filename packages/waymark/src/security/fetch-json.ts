/** How keys are fetched. */
export interface FetchJsonOptions {
  /** Milliseconds for the whole answer. */
  readonly timeout: number;
  readonly fetch?: typeof fetch | undefined;
}

/** Key sets are a few kilobytes; whoever sends more than this sends something else. */
const MOST_BYTES = 512 * 1024;

/** Of Node's sockets, of undici, and of Bun: the other side had closed a connection that was kept. */
const RESET: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "ConnectionClosed"]);

/** Gets a JSON object. Rejects for anything else: another status, a redirect, an answer that is too big or too late. */
export async function fetchJson(
  url: URL,
  { timeout, fetch = globalThis.fetch }: FetchJsonOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const init: RequestInit = {
    headers: { accept: "application/json" },
    // an issuer says where it is; a redirect would let somebody else say it
    redirect: "error",
    signal: AbortSignal.timeout(timeout),
  };
  // RFC 9112 §9.3.1: a connection may be closed while it is chosen for another request, which is no word about the issuer
  const response = await fetch(url, init).catch((error: unknown) => {
    if (!isReset(error)) throw error;
    return fetch(url, init);
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url.href} answered ${response.status}`);
  }
  const value: unknown = JSON.parse(await boundedText(url, response));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${url.href} answered something that is no JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

function isReset(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return RESET.has(code) || RESET.has(cause?.code);
}

async function boundedText(url: URL, { body }: Response): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.byteLength;
    if (size > MOST_BYTES) throw new Error(`${url.href} answered more than ${MOST_BYTES} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
