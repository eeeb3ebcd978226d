/** In the place of a status: the reply was begun and never finished. */
export const CUT = 0;

/** A request, and what every driver has to answer. */
export interface Row {
  /** "GET /items/1" */
  readonly ask: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  /** The body of the reply: JSON where it is not a string. */
  readonly says?: unknown;
  /** The `detail` of a problem. */
  readonly detail?: string;
  /** Fields of the reply; null for one that must not be there. */
  readonly fields?: Readonly<Record<string, string | null>>;
  /** Why a web `Request` cannot ask this. */
  readonly notByFetch?: string;
}

const json = { "content-type": "application/json" };
const ada = { authorization: "Bearer ada" };
const problem = { "content-type": "application/problem+json" };
const NORMALISED = "URLs of the web are normalised";
const FORBIDDEN = "the web has no such request";

const item = (itemId: string, limit = 10): unknown => ({ itemId, limit });
const issue = (place: string, name: string, ...path: (string | number)[]): unknown => ({
  in: place,
  name,
  path,
});

// Signed with the secret of the application; their `exp` is the year 2286, but for the one that has expired.
const TOKEN =
  "eyJhbGciOiAiSFMyNTYifQ.eyJzdWIiOiAiYWRhIiwgInNjb3BlIjogInJlYWQiLCAiZXhwIjogOTk5OTk5OTk5OX0.M1wFonPVl8mRcCOEMGKGbWz9vJAQ2-W8EzJ4a0he5wU";
const TOKEN_WITHOUT_SCOPE =
  "eyJhbGciOiAiSFMyNTYifQ.eyJzdWIiOiAiYWRhIiwgImV4cCI6IDk5OTk5OTk5OTl9.KExN7HlALCMvvb3StC7rS1Wckux4y_xXc2ROcW-8KjY";
const TOKEN_EXPIRED =
  "eyJhbGciOiAiSFMyNTYifQ.eyJzdWIiOiAiYWRhIiwgInNjb3BlIjogInJlYWQiLCAiZXhwIjogMX0.uQHqV-CTjUygmyZujLwgg5PVX3_UYR4DTva6LPITT_I";
const TOKEN_OF_NO_ALGORITHM =
  "eyJhbGciOiAibm9uZSJ9.eyJzdWIiOiAiYWRhIiwgInNjb3BlIjogInJlYWQiLCAiZXhwIjogOTk5OTk5OTk5OX0.xSXCuY5lvzWDw7dE6gl0EouTLzvmhKP_VL0LQ2Xr1HI";

const urlencoded = "application/x-www-form-urlencoded";
const multipart = "multipart/form-data; boundary=b";
const END = "--b--\r\n";
const field = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const sent = (name: string, content: string): string =>
  `--b\r\nContent-Disposition: form-data; name="photo"; filename="${name}"\r\nContent-Type: image/png\r\n\r\n${content}\r\n`;
function formRows(
  ask: string,
  rows: readonly (readonly [type: string, body: string, status: number, says?: unknown])[],
): Row[] {
  return rows.map(([type, body, status, says]) => ({
    ask,
    headers: { "content-type": type },
    body,
    status,
    ...(says === undefined ? {} : { says }),
  }));
}

export const ROWS: readonly Row[] = [
  // matching
  { ask: "GET /items/1", status: 200, says: item("1"), fields: { "content-type": "application/json" } },
  { ask: "GET /items/newest", status: 200, says: item("newest-item") },
  { ask: "GET /products/7?limit=3", status: 200, says: item("7", 3) },
  { ask: "GET /shelf/7?per_page=4&limit=9", status: 200, says: item("7", 4) },
  { ask: "GET /numbers/12", status: 200, says: { number: 12 } },
  { ask: "GET /numbers/12.json", status: 200, says: { number: 12 } },
  { ask: "GET /numbers/12:twice", status: 200, says: { number: 12 } },
  { ask: "GET /users/me/posts", status: 200, says: "my posts" },
  { ask: "GET /users/me/likes", status: 200, says: { likes: "me" } },
  { ask: "GET /users/me", status: 200 },
  { ask: "GET /users/you", status: 404, fields: problem },
  { ask: "GET /Items/1", status: 404 },
  { ask: "GET /__proto__", status: 404 },
  { ask: "GET /constructor/prototype", status: 404 },
  { ask: "GET /items/__proto__?__proto__=1&constructor=2", status: 200, says: item("__proto__") },
  // paths
  { ask: "GET /items/a%2Fb", status: 200, says: item("a/b") },
  { ask: "GET /items/a%252Fb", status: 200, says: item("a%2Fb") },
  { ask: "GET /items/caf%C3%A9", status: 200, says: item("café") },
  { ask: "GET /items/%ff", status: 400, detail: "The path is not valid percent-encoded UTF-8" },
  { ask: "GET /items/%00", status: 400 },
  { ask: "GET /items/%zz", status: 400 },
  { ask: "GET /items/%E0%A4%A", status: 400 },
  { ask: "GET /items/1/", status: 404 },
  { ask: "GET //items/1", status: 404 },
  { ask: "GET /items//", status: 404 },
  { ask: "GET /items/..", status: 200, says: item(".."), notByFetch: NORMALISED },
  { ask: "GET /x/../items/1", status: 404, notByFetch: NORMALISED },
  { ask: "GET /items/a;b=c", status: 200, says: item("a;b=c") },
  { ask: "GET /files/", status: 200, says: { rest: "" } },
  { ask: "GET /files", status: 404 },
  { ask: "GET /files/a/b%2Fc/%20d", status: 200, says: { rest: "a/b%2Fc/ d" } },
  { ask: "GET /files/a//b/", status: 200, says: { rest: "a//b/" } },
  // methods
  { ask: "HEAD /items/1", status: 200, says: "", fields: { "content-length": "25" } },
  { ask: "HEAD /head", status: 200, says: "" },
  { ask: "HEAD /stream", status: 200, says: "" },
  { ask: "HEAD /sized", status: 200, says: "", fields: { "content-length": "18" } },
  { ask: "HEAD /file", status: 200, says: "", fields: { "content-length": "11" } },
  { ask: "HEAD /throws", status: 500, says: "" },
  { ask: "HEAD /secret/items/1", status: 401, says: "" },
  { ask: "OPTIONS /items/1", status: 204, says: "", fields: { allow: "GET, HEAD, OPTIONS" } },
  { ask: "OPTIONS /own-options", status: 200, says: "mine" },
  { ask: "OPTIONS /none", status: 404 },
  { ask: "DELETE /items/1", status: 405, fields: { allow: "GET, HEAD, OPTIONS", ...problem } },
  { ask: "GET /products", status: 405, fields: { allow: "POST, OPTIONS" } },
  { ask: "GET /own-options", status: 405, fields: { allow: "OPTIONS" } },
  { ask: "QUERY /echo?a=1", headers: json, body: "{}", status: 200 },
  { ask: "PATCH /echo", status: 405, fields: { allow: "POST, QUERY, OPTIONS" } },
  { ask: "PROPFIND /items/1", status: 405 },
  // deprecation
  {
    ask: "GET /old/a%20b",
    status: 200,
    fields: {
      deprecation: "@1780272000",
      sunset: "Fri, 01 Jan 2027 00:00:00 GMT",
      link: '</items/a%20b>; rel="successor-version"',
    },
  },
  { ask: "GET /old/missing", status: 404, fields: { deprecation: "@1780272000", "x-shelf": "empty" } },
  // coercion and validation
  { ask: "GET /items/1?limit=101", status: 422, says: { errors: [issue("query", "limit")] } },
  { ask: "GET /items/1?limit=", status: 422 },
  { ask: "GET /items/1?limit=05", status: 422 },
  { ask: "GET /items/1?limit=%2B5", status: 422 },
  { ask: "GET /items/1?limit=1e1", status: 422 },
  { ask: "GET /items/1?limit=5&limit=6", status: 422, says: { errors: [issue("query", "limit")] } },
  { ask: "GET /items/1?limit=9007199254740993", status: 422 },
  { ask: "GET /items/1?limit=%ff", status: 400, detail: "The query holds a malformed percent-encoding." },
  { ask: "GET /numbers/0x10", status: 422, says: { errors: [issue("path", "number")] } },
  { ask: "GET /numbers/-0", status: 200, says: { number: 0 } },
  {
    ask: "GET /search?tag=a&tag=b&ids=1,2&page[size]=7&page[sort]=name&exact=true&word=a+b",
    headers: { "x-trace": "t", accepts: "a, b ,,c", cookie: "theme=dark; theme=light" },
    status: 200,
    says: {
      word: "a b",
      tag: ["a", "b"],
      ids: [1, 2],
      page: { size: 7, sort: "name" },
      exact: true,
      xTrace: "t",
      accepts: ["a", "b", "c"],
      theme: "dark",
    },
  },
  { ask: "GET /search", status: 200, says: { tag: [], page: { size: 5 }, exact: false, theme: "light" } },
  { ask: "GET /search?page[__proto__]=1&page[constructor]=2&__proto__[polluted]=1", status: 200 },
  {
    ask: "GET /search?exact=yes&ids=1,x&page[size]=big",
    headers: { cookie: "theme=blue" },
    status: 422,
    says: {
      errors: [
        issue("query", "ids", 1),
        issue("query", "page", "size"),
        issue("query", "exact"),
        issue("cookie", "theme"),
      ],
    },
  },
  { ask: "GET /search?page=1", status: 422 },
  // bodies
  {
    ask: "POST /products",
    headers: json,
    body: '{"name":"n","price":1,"extra":2}',
    status: 201,
    says: { name: "n", price: 1 },
  },
  {
    ask: "POST /products",
    headers: { "content-type": "application/merge-patch+json" },
    body: '{"name":"n","price":1}',
    status: 201,
  },
  {
    ask: "POST /products",
    headers: { "content-type": "Application/JSON; Charset=UTF-8" },
    body: '{"name":"n","price":1}',
    status: 201,
  },
  {
    ask: "POST /products",
    headers: { "content-type": "text/plain" },
    body: '{"name":"n","price":1}',
    status: 415,
  },
  {
    ask: "POST /products",
    headers: { "content-type": "application/json; charset=latin1" },
    body: "{}",
    status: 415,
  },
  {
    ask: "POST /products",
    headers: { "content-type": "application/json, text/plain" },
    body: "{}",
    status: 415,
  },
  { ask: "POST /products", headers: { "content-type": "constructor" }, body: "{}", status: 415 },
  {
    ask: "POST /products",
    headers: { ...json, "content-encoding": "gzip" },
    body: "{}",
    status: 415,
    fields: { "accept-encoding": "identity" },
  },
  { ask: "POST /products", headers: json, body: '{"name":', status: 400 },
  { ask: "POST /products", headers: json, body: "\ufeff{}", status: 422 },
  { ask: "POST /products", headers: json, status: 422, says: { errors: [issue("body", "")] } },
  {
    ask: "POST /products",
    headers: json,
    body: '{"__proto__":{"name":"n","price":1}}',
    status: 422,
    says: { errors: [issue("body", "", "name"), issue("body", "", "price")] },
  },
  {
    ask: "POST /products",
    headers: json,
    body: "[".repeat(9) + "]".repeat(9),
    status: 400,
    detail: "The JSON body is nested deeper than 8 levels.",
  },
  {
    ask: "POST /products",
    headers: json,
    body: JSON.stringify({ name: "x".repeat(1979), price: 1 }),
    status: 201,
  },
  {
    ask: "POST /products",
    headers: json,
    body: JSON.stringify({ name: "x".repeat(1980), price: 1 }),
    status: 413,
  },
  { ask: "PUT /pair", headers: json, body: '{"one":1}', status: 200, says: { one: 1 } },
  {
    ask: "PUT /pair",
    headers: json,
    body: '{"one":"1"}',
    status: 422,
    says: { errors: [issue("body", "one")] },
  },
  { ask: "PUT /pair", headers: json, body: "[1]", status: 422, says: { errors: [issue("body", "")] } },
  {
    ask: "POST /echo?a=1&a=2",
    headers: { "content-type": "x/y" },
    body: "grüße",
    status: 200,
    says: {
      text: "grüße",
      method: "POST",
      path: "/echo",
      query: [
        ["a", "1"],
        ["a", "2"],
      ],
    },
  },
  { ask: "POST /echo", status: 200, says: { text: "", method: "POST", path: "/echo", query: [] } },
  // groups, and bodies of other media types
  {
    ask: "GET /grouped?page-size=3&tags=a&tags=b&q=x",
    headers: { "X-Trace": "t", cookie: "theme=dark; other=1" },
    status: 200,
    says: {
      page: { size: 3, tags: ["a", "b"] },
      q: "x",
      trace: { xTrace: "t" },
      settings: { theme: "dark" },
    },
  },
  {
    ask: "GET /grouped?page-size=x&size=3&__proto__=1&a%5B",
    status: 422,
    says: {
      errors: [
        issue("query", "page-size"),
        issue("query", "size"),
        issue("query", "__proto__"),
        issue("query", "a["),
      ],
    },
  },
  { ask: "POST /text", headers: { "content-type": "text/plain; charset=utf-8" }, body: "grüße", status: 200, says: { text: "grüße" } }, // prettier-ignore
  { ask: "POST /text", status: 200, says: { text: "" } },
  { ask: "POST /text", headers: { "content-type": "text/plain; charset=utf-16" }, body: "x", status: 415 },
  { ask: "POST /text", headers: json, body: '"x"', status: 415 },
  { ask: "POST /text", headers: { "content-type": "text/plain" }, body: "x".repeat(3000), status: 413 },
  { ask: "POST /count", headers: { "content-type": "video/x" }, body: "x".repeat(1500), status: 200, says: { bytes: 1500 } }, // prettier-ignore
  { ask: "POST /count", headers: { "content-type": "text/csv" }, body: "x".repeat(3000), status: 413 },
  { ask: "POST /count", headers: { "content-type": "text/plain" }, body: "x", status: 415 },
  {
    ask: "POST /count",
    headers: { "content-type": "text/csv", "content-encoding": "gzip" },
    body: "x",
    status: 415,
  },
  { ask: "POST /count/ignored", headers: { "content-type": "application/octet-stream" }, body: "x".repeat(1500), status: 200 }, // prettier-ignore
  {
    ask: "POST /parsed",
    headers: { "content-type": "text/pairs" },
    body: "a=b",
    status: 200,
    says: { a: "b" },
  },
  { ask: "POST /parsed", headers: json, body: '{"a":"b"}', status: 200, says: { a: "b" } },
  { ask: "POST /parsed", headers: { "content-type": "text/pairs", "content-encoding": "gzip" }, body: "a=b", status: 400 }, // prettier-ignore
  { ask: "POST /parsed", headers: { "content-type": "text/pairs", "content-encoding": "gzip, gzip" }, body: "a=b", status: 415 }, // prettier-ignore
  { ask: "GET /items/1", headers: json, body: "{not json", status: 200, notByFetch: FORBIDDEN },
  // guards come before everything else
  {
    ask: "POST /secret/products",
    headers: { "content-type": "text/plain" },
    body: "{",
    status: 401,
    fields: { "www-authenticate": "Bearer" },
  },
  { ask: "POST /secret/products", headers: json, body: "x".repeat(3000), status: 401 },
  { ask: "GET /secret/items/1?limit=x", status: 401 },
  { ask: "GET /secret/items/1?limit=x", headers: { authorization: "Bearer eve" }, status: 403 },
  { ask: "GET /secret/items/1?limit=x", headers: ada, status: 422 },
  { ask: "GET /secret/items/1?limit=%ff", status: 401 },
  { ask: "GET /secret/items/1", headers: { authorization: "bearer  ada" }, status: 200 },
  { ask: "GET /secret/items/1", headers: { authorization: "Basic ada" }, status: 401 },
  // credentials
  { ask: "GET /basic", headers: { authorization: "Basic YWRhOnB3" }, status: 200, says: "ada" },
  {
    ask: "GET /basic",
    headers: { authorization: "Basic YWRh" },
    status: 401,
    fields: { "www-authenticate": 'Basic realm="Restricted", charset="UTF-8"' },
  },
  { ask: "GET /either", headers: { "x-key": "k" }, status: 200, says: { by: "machine", value: "k" } },
  { ask: "GET /either", headers: ada, status: 200, says: { by: "user", value: "ada" } },
  {
    ask: "GET /either",
    status: 401,
    fields: { "www-authenticate": 'Bearer, ApiKey in="header", name="X-Key"' },
  },
  { ask: "GET /verified", headers: { authorization: `Bearer ${TOKEN}` }, status: 200, says: "ada" },
  {
    ask: "GET /verified",
    headers: { authorization: `Bearer ${TOKEN_WITHOUT_SCOPE}` },
    status: 403,
    fields: { "www-authenticate": 'Bearer error="insufficient_scope", scope="read"' },
  },
  {
    ask: "GET /verified",
    headers: { authorization: `Bearer ${TOKEN_EXPIRED}` },
    status: 401,
    detail: "The token has expired",
  },
  {
    ask: "GET /verified",
    headers: { authorization: `Bearer ${TOKEN_OF_NO_ALGORITHM}` },
    status: 401,
    fields: {
      "www-authenticate": 'Bearer error="invalid_token", error_description="The token is not valid"',
    },
  },
  { ask: "GET /verified", headers: { authorization: `Bearer ${"x".repeat(9000)}` }, status: 401 },
  {
    ask: "POST /token",
    headers: { "content-type": urlencoded },
    body: "grant_type=password&username=ada&password=open",
    status: 200,
    says: { access_token: "ada", token_type: "Bearer" },
    fields: { "cache-control": "no-store" },
  },
  {
    ask: "POST /token",
    headers: { "content-type": urlencoded },
    body: "grant_type=password&username=ada&password=",
    status: 400,
    says: { error: "invalid_request", error_description: "password is missing" },
    fields: { "content-type": "application/json", "cache-control": "no-store" },
  },
  { ask: "POST /token", headers: json, body: "{}", status: 415 },
  { ask: "GET /secret/none", status: 404 },
  { ask: "DELETE /secret/items/1", status: 405 },
  { ask: "POST /secret/products", headers: { ...ada, "content-type": "text/plain" }, body: "{", status: 415 },
  { ask: "POST /secret/products", headers: { ...ada, ...json }, body: "{", status: 400 },
  { ask: "POST /secret/products", headers: { ...ada, ...json }, body: "{}", status: 422 },
  { ask: "POST /secret/products", headers: { ...ada, ...json }, body: "x".repeat(3000), status: 413 },
  {
    ask: "POST /secret/pin",
    headers: { ...ada, ...json, "x-level": "high" },
    body: "{",
    status: 422,
    says: { errors: [issue("header", "x-level")] },
  },
  { ask: "POST /secret/pin", headers: { ...ada, ...json, "x-level": "1" }, body: "{", status: 400 },
  { ask: "POST /pin?limit=x", headers: json, body: '"0000"', status: 403 },
  {
    ask: "POST /pin?limit=x",
    headers: json,
    body: '"1234"',
    status: 422,
    says: { errors: [issue("query", "limit")] },
  },
  { ask: "POST /pin?limit=x", headers: json, body: "{", status: 400 },
  { ask: "POST /pin?limit=1", headers: json, body: '"1234"', status: 200, says: 1 },
  { ask: "GET /keyed?page=x", status: 401, fields: { "www-authenticate": 'ApiKey in="query", name="key"' } },
  { ask: "GET /keyed?page=x&key=k&key=l", status: 401 },
  { ask: "GET /keyed?page=2&key=k", status: 200, says: 2 },
  // replies
  { ask: "GET /nothing", status: 204, says: "", fields: { "content-type": null, "content-length": null } },
  { ask: "GET /nil", status: 200, says: "null" },
  {
    ask: "GET /cookies",
    status: 202,
    says: { set: 2 },
    fields: {
      vary: "accept, cookie",
      "set-cookie":
        "one=a%20b%3B%20c; Max-Age=60; Path=/; HttpOnly; SameSite=Lax\ntwo=%C3%BC; Path=/two; HttpOnly; SameSite=Strict",
    },
  },
  {
    ask: "GET /text",
    status: 200,
    says: "grüße",
    fields: { "x-one": "1", "content-type": "text/plain; charset=utf-8", "content-length": "7" },
  },
  { ask: "GET /html", status: 200, says: "<p>hi</p>" },
  {
    ask: "GET /redirect",
    status: 307,
    says: "",
    fields: { location: "/items/%C3%A4?x=1%0D%0Aset-cookie:%20a=b", "set-cookie": null },
  },
  { ask: "GET /stream", status: 200, says: "one,zwei: ü,three", fields: { "content-length": null } },
  { ask: "GET /sized", status: 200, says: "one,zwei: ü,three", fields: { "content-length": "18" } },
  {
    ask: "GET /events",
    status: 200,
    says: 'event: said\ndata: a\ndata: event: forged\n\nid: 7\ndata: {"b":1}\n\n',
    fields: { "content-type": "text/event-stream" },
  },
  { ask: "GET /lines", status: 200, says: '{"row":1}\n["two"]\n' },
  {
    ask: "GET /file",
    status: 200,
    says: "hello files",
    fields: { "accept-ranges": "bytes", "content-length": "11" },
  },
  {
    ask: "GET /file",
    headers: { range: "bytes=6-" },
    status: 206,
    says: "files",
    fields: { "content-range": "bytes 6-10/11" },
  },
  {
    ask: "GET /file",
    headers: { range: "bytes=20-" },
    status: 416,
    fields: { "content-range": "bytes */11", etag: null },
  },
  { ask: "GET /file", headers: { range: "bytes=0-1,3-4" }, status: 200, says: "hello files" },
  { ask: "GET /file", headers: { "if-none-match": "*" }, status: 304, says: "" },
  { ask: "GET /file/none", status: 404 },
  {
    ask: "GET /web",
    status: 203,
    says: "web",
    fields: { "x-web": "yes", "content-type": "text/plain;charset=UTF-8" },
  },
  { ask: "GET /created", status: 201, says: { made: true }, fields: { location: "/items/1" } },
  { ask: "GET /unmodified", status: 304, says: "" },
  { ask: "GET /accepted", status: 205, says: "" },
  { ask: "GET /framing", status: 200, says: "framed" },
  { ask: "GET /thenable", status: 200, says: { thenable: true } },
  { ask: "GET /nan", status: 200, says: '{"a":null,"b":0,"d":"1970-01-01T00:00:00.000Z"}' },
  // failures
  ...[
    "/throws",
    "/rejects",
    "/throws/nothing",
    "/bigint",
    "/cycle",
    "/function",
    "/symbol",
    "/json/throws",
    "/getter/throws",
    "/output/refused",
    "/content-type/bad",
    "/text/number",
    "/text/undefined",
    "/stream/nothing",
  ].map((path): Row => ({
    ask: `GET ${path}`,
    status: 500,
    says: { type: "about:blank", title: "Internal Server Error", status: 500 },
    fields: { ...problem, "x-injected": null },
  })),
  { ask: "GET /throws/reply", status: 402, says: "thrown" },
  {
    ask: "GET /throws/header",
    status: 429,
    says: { left: 0 },
    detail: "Slowly",
    fields: { "retry-after": "5", "x-injected": null },
  },
  { ask: "GET /transaction", status: 409, detail: "The transaction did not commit" },
  { ask: "GET /replaced", status: 418, detail: "Replaced at its yield" },
  { ask: "GET /items/missing", status: 404, detail: "No such item", fields: { "x-shelf": "empty" } },
  // secrets in every place of a request that is refused are not sent back
  {
    ask: "POST /refused/SECRET?number=SECRET&choice=SECRET",
    headers: { ...json, "x-digits": "SECRET", authorization: "Bearer SECRET", cookie: "short=SECRET" },
    body: JSON.stringify({
      literal: "SECRET",
      date: "SECRET",
      either: { k: "SECRET" },
      email: "SECRET",
      kind: { t: "SECRET" },
      list: ["SECRET"],
    }),
    status: 422,
  },
  { ask: "POST /refused/1", headers: json, body: '{"literal": SECRET}', status: 400 },
  { ask: "POST /refused/1", headers: { "content-type": "SECRET/SECRET" }, body: "{}", status: 415 },
  { ask: "GET /secret/items/1", headers: { authorization: "Basic SECRET" }, status: 401 },
  { ask: "GET /SECRET?SECRET=SECRET", headers: { cookie: "SECRET=SECRET" }, status: 404 },
  { ask: "SEARCH /items/SECRET", status: 405 },
  // replies that fail on their way are cut, not ended
  ...[
    "/stream/locked",
    "/stream/number",
    "/stream/throws",
    "/stream/short",
    "/stream/long",
    "/stream/next",
    "/events/bad",
  ].map((path): Row => ({ ask: `GET ${path}`, status: CUT })),
  { ask: "HEAD /stream/throws", status: 200, says: "" },
  // forms
  ...formRows("POST /forms", [
    [urlencoded, "title=ab&count=3&tag=x&tag=y+z&meta=%7B%22a%22%3A1%7D", 200, { title: "ab", count: 3, tags: ["x", "y z"], meta: { a: 1 } }], // prettier-ignore
    [urlencoded, "title=ab&count=&tag=&nobody=reads+this", 200, { title: "ab", tags: [] }],
    [
      multipart,
      `${field("title", "ä\r\nb")}${field("count", "3")}${END}`,
      200,
      { title: "ä\r\nb", count: 3, tags: [] },
    ],
    [urlencoded, "title=a&count=x&meta=%7B", 422, { errors: [issue("form", "title"), issue("form", "count"), issue("form", "meta")] }], // prettier-ignore
    [urlencoded, "title=ab&title=cd", 422, { errors: [issue("form", "title")] }],
    [urlencoded, "title=%zz", 400],
    [urlencoded, "title=%ff", 400],
    [urlencoded, `title=ab${"&a=b".repeat(400)}&tag=${"x".repeat(3000)}`, 413],
    [multipart, field("title", "ab"), 400],
    [multipart, "", 422],
    [multipart, `--b\r\nnonsense\r\n\r\nx${END}`, 400],
    ["multipart/form-data", `${field("title", "ab")}${END}`, 400],
    ["text/plain", "title=ab", 415],
    [`${urlencoded}; charset=utf-16`, "title=ab", 415],
  ]),
  ...formRows("POST /forms/strict", [
    [urlencoded, "email=a&age=5", 200, { email: "a", age: 5 }],
    [urlencoded, "email=a&admin=true&__proto__=x", 422, { errors: [issue("form", "admin"), issue("form", "__proto__")] }], // prettier-ignore
    [urlencoded, "age=x", 422, { errors: [issue("form", "age"), issue("form", "email")] }],
  ]),
  ...formRows("POST /forms/upload", [
    [multipart, `${sent("../é.png", "hi")}${field("note", "")}${END}`, 200, { name: "é.png", type: "image/png", size: 2, text: "hi" }], // prettier-ignore
    [multipart, `${sent("a", "hi")}${sent("b", "hi")}${END}`, 422, { errors: [issue("form", "photo")] }],
    [
      multipart,
      `${sent("a", "hi").replace("image/png", "text/plain")}${END}`,
      422,
      { errors: [issue("form", "photo")] },
    ],
    [multipart, `${field("photo", "hi")}${END}`, 422, { errors: [issue("form", "photo")] }],
    [multipart, `${sent("a", "x".repeat(1001))}${END}`, 413],
    [urlencoded, "photo=x", 415],
  ]),
  ...formRows("POST /forms/parts", [
    [multipart, `${field("a", "1")}${sent("b", "2")}${field("c", "3")}${END}`, 200, ["field a", "file photo", "field c"]], // prettier-ignore
    [multipart, `${field("a", "1")}${sent("b", "2")}`, 400],
    [multipart, "", 200, []],
    [urlencoded, "a=1", 415],
  ]),
  // versions
  {
    ask: "GET /by-path/v1/items/7",
    status: 200,
    says: { id: "7", version: 1 },
    fields: { deprecation: "@1780272000", sunset: "Fri, 01 Jan 2027 00:00:00 GMT" },
  },
  { ask: "GET /by-path/v2/items/newest", status: 200, says: "newest", fields: { deprecation: null } },
  {
    ask: "GET /by-path/v3/items/7",
    status: 404,
    detail: "There is no such version: begin the path with /by-path/v1 or /by-path/v2",
  },
  { ask: "GET /by-path/v0/items/7", status: 410, says: { successor: "1" } },
  { ask: "GET /by-path/plain", status: 200, says: "plain" },
  { ask: "GET /by-header/items/7", headers: { "Api-Version": "2" }, status: 200, says: { id: "7", version: 2 }, fields: { vary: "api-version" } }, // prettier-ignore
  { ask: "GET /by-header/items/newest", headers: { "api-version": "1" }, status: 200, says: { id: "newest", version: 1 } }, // prettier-ignore
  { ask: "HEAD /by-header/items/7", headers: { "api-version": "1" }, status: 200, fields: { deprecation: "@1780272000" } }, // prettier-ignore
  {
    ask: "GET /by-header/items/7",
    status: 400,
    detail: "The version is missing: send Api-Version with 1 or 2",
  },
  {
    ask: "GET /by-header/items/7",
    headers: { "api-version": "9" },
    status: 400,
    says: { versions: ["1", "2"] },
  },
  { ask: "POST /by-header/items/7", headers: { "api-version": "1" }, status: 405, fields: { allow: "GET, HEAD, OPTIONS" } }, // prettier-ignore
  { ask: "GET /by-header/plain", status: 200, says: "plain", fields: { vary: null } },
  {
    ask: "GET /by-type/items/7",
    headers: { accept: "text/html, application/vnd.shop.v1+json;q=0.5, application/vnd.shop.v2+json" },
    status: 200,
    says: { id: "7", version: 2 },
    fields: { "content-type": "application/vnd.shop.v2+json", vary: "accept" },
  },
  { ask: "GET /by-type/items/7", headers: { accept: "application/json" }, status: 200, fields: { "content-type": "application/json; version=1" } }, // prettier-ignore
  {
    ask: "GET /by-type/items/7",
    headers: { accept: "application/vnd.shop.v9+json" },
    status: 406,
    fields: problem,
  },
  // limits
  { ask: `GET /items/${"x".repeat(8192 - 7)}`, status: 200 },
  { ask: `GET /items/${"x".repeat(8192 - 6)}`, status: 414 },
  { ask: "GET /items/1", headers: { "x-large": "x".repeat(16384) }, status: 431 },
  {
    ask: "GET /items/1",
    headers: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`x-${i}`, "1"])),
    status: 431,
  },
  {
    ask: `GET /items/1?${"a&".repeat(1001)}`,
    status: 400,
    detail: "The query has more than 1000 parameters.",
  },
  // docs
  { ask: "GET /openapi.json", status: 200, fields: { "x-content-type-options": "nosniff" } },
  { ask: "GET /docs", status: 200, fields: { "content-type": "text/html; charset=utf-8" } },
  { ask: "POST /docs", status: 405, fields: { allow: "GET, HEAD, OPTIONS" } },
];
