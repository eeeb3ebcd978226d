import type { RequestInMemory } from "../server/memory.ts";
import type { CookieJar } from "./cookie-jar.ts";
import { multipartBody, urlencodedBody } from "./multipart-body.ts";
import type { TestClientOptions, TestRequest } from "./options.ts";

/** Method and address of a request. */
export interface WrittenTarget {
  readonly method: string;
  /** What cookies and redirects go by. */
  readonly url: URL;
  /** Path and query as they are sent: a `URL` would repair what the application is to refuse. */
  readonly path: string;
}

/** Reads "POST /items" or "/items", or the same with a whole URL in the place of the path. */
export function targetOf(
  where: string,
  request: Pick<TestRequest, "method" | "json" | "body" | "form" | "multipart" | "query">,
  base: URL,
): WrittenTarget {
  const space = where.indexOf(" ");
  const address = where.slice(space + 1);
  const hasBody = [request.json, request.body, request.form, request.multipart].some(
    (each) => each !== undefined,
  );
  const method = space === -1 ? (request.method ?? (hasBody ? "POST" : "GET")) : where.slice(0, space);
  if (/^https?:\/\//i.test(address)) {
    const url = new URL(address);
    return { method, url, path: url.pathname + url.search };
  }
  const path = base.pathname.replace(/\/+$/, "") + address;
  return { method, url: urlOf(path, base), path };
}

function urlOf(path: string, base: URL): URL {
  const origin = base.origin;
  return URL.canParse(origin + path) ? new URL(origin + path) : new URL(origin);
}

/** What of a request `requestInMemory` takes: its body as text or bytes, its cookies in a field. */
export function writtenRequest(
  { method, url, path }: WrittenTarget,
  request: TestRequest,
  options: TestClientOptions,
  jar: CookieJar,
): { where: string; sent: RequestInMemory } {
  const {
    form,
    multipart,
    cookies = {},
    headers: own,
    remoteAddress = options.remoteAddress,
    ...rest
  } = request;
  const headers = new Headers(options.headers);
  for (const [name, value] of new Headers(own ?? {})) headers.set(name, value);
  const cookie = [headers.get("cookie"), cookieField(cookies), jarField(jar, url, cookies)]
    .filter(Boolean)
    .join("; ");
  if (cookie !== "") headers.set("cookie", cookie);
  return {
    where: `${method} ${path}`,
    sent: {
      ...rest,
      ...bodyOf(form, multipart),
      headers,
      scheme: url.protocol === "https:" ? "https" : "http",
      host: url.host,
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
    },
  };
}

function bodyOf(
  form: TestRequest["form"],
  multipart: TestRequest["multipart"],
): Pick<RequestInMemory, "body"> {
  if (form !== undefined) return { body: urlencodedBody(form) };
  return multipart === undefined ? {} : { body: multipartBody(multipart) };
}

function cookieField(cookies: Readonly<Record<string, string>>): string {
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("; ");
}

/** What a request says itself comes in the place of what is kept. */
function jarField(jar: CookieJar, url: URL, own: Readonly<Record<string, string>>): string {
  return (jar.header(url) ?? "")
    .split("; ")
    .filter((pair) => !Object.hasOwn(own, pair.split("=", 1)[0]!))
    .join("; ");
}
