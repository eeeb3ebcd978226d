import { describe, expect, test } from "vitest";
import { HttpError } from "waymark/internal";
import type { PolicyKind } from "../call.ts";
import {
  answering,
  ask,
  DRIVERS,
  gatewayFor,
  get,
  kindOf,
  OK,
  RawClient,
  rawUpstream,
  type RawUpstream,
  to,
  stepsOfKinds,
} from "./plane.fixture.ts";
import type { Operation } from "../snapshot.ts";
import { operationOf, policyOf, snapshotOf } from "./snapshot.fixture.ts";

const targetsOf = (upstream: RawUpstream): string[] =>
  upstream.peers.flatMap(({ received }) =>
    [...received.matchAll(/^\w+ (\S+) HTTP/gm)].map(([, target]) => target!),
  );
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

describe.each(DRIVERS)("which operation answers (%s)", (driver) => {
  test("is found by method and path, and the rest is told as anywhere", async () => {
    const upstream = await rawUpstream(answering(OK));
    const operations = [
      operationOf("GET /orders/{id}", { target: "/v2/orders/{id}" }),
      operationOf("GET /orders/latest", { target: "/v2/newest" }),
      operationOf("DELETE /orders/{id}", { target: "/v2/orders/{id}" }),
    ];
    const { port } = await gatewayFor(snapshotOf(to(upstream), operations), driver);
    await ask(port, get("/orders/1?a=b"), /ok$/);
    await ask(port, get("/orders/latest"), /ok$/);
    await ask(port, get("/orders/%6Catest"), /ok$/);
    expect(targetsOf(upstream)).toEqual(["/v2/orders/1?a=b", "/v2/newest", "/v2/newest"]);
    expect(await ask(port, get("/nothing"))).toMatch(/^HTTP\/1\.1 404 /);
    expect(await ask(port, "POST /orders/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 405 [^]*allow: GET, DELETE, HEAD, OPTIONS/i,
    );
    expect(await ask(port, "OPTIONS /orders/1 HTTP/1.1\r\nHost: a\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 204 [^]*allow: GET, DELETE, HEAD, OPTIONS/i,
    );
  });

  test("depends on the host: its name, then patterns, then every host", async () => {
    const upstream = await rawUpstream(answering(OK));
    const operations = [
      operationOf("GET /x", { hosts: ["api.example.com"], target: "/exact" }),
      operationOf("GET /x", { hosts: ["*.example.com"], target: "/pattern" }),
      operationOf("GET /x", { target: "/any" }),
      operationOf("GET /y", { target: "/any-y" }),
    ];
    const { port } = await gatewayFor(snapshotOf(to(upstream), operations), driver);
    for (const host of [
      "api.example.com",
      "API.Example.COM:8080",
      "api.example.com.",
      "b.example.com",
      "a.b.example.com",
      "example.com",
      "evil-example.com",
      "api.example.com.evil.org",
    ])
      await ask(port, `GET /x HTTP/1.1\r\nHost: ${host}\r\n\r\n`, /ok$/);
    await ask(port, "GET /y HTTP/1.1\r\nHost: api.example.com\r\n\r\n", /ok$/);
    expect(targetsOf(upstream)).toEqual([
      "/exact",
      "/exact",
      "/exact",
      "/pattern",
      "/pattern",
      "/any",
      "/any",
      "/any",
      "/any-y",
    ]);
  });

  test("of several versions is the one that a header or a query names", async () => {
    const upstream = await rawUpstream(answering(OK));
    for (const by of ["header", "query"] as const) {
      const choice = (value: string, isDefault: boolean) => ({ by, name: "X-Version", value, isDefault });
      const operations = [
        operationOf("GET /x", { id: "1", target: "/one", choice: choice("1", true) }),
        operationOf("GET /x", { id: "2", target: "/two", choice: choice("2", false) }),
      ];
      const { port } = await gatewayFor(snapshotOf(to(upstream), operations), driver);
      const version = (value: string): string =>
        by === "header" ? get("/x", `X-Version: ${value}`) : get(`/x?X-Version=${value}`);
      const answers = [await ask(port, get("/x"), /ok$/), await ask(port, version("2"), /ok$/)];
      expect(
        targetsOf(upstream)
          .splice(-2)
          .map((target) => target.split("?")[0]),
      ).toEqual(["/one", "/two"]);
      for (const answer of answers) expect(/^vary: X-Version/im.test(answer)).toBe(by === "header");
      expect(statusOf(await ask(port, version("3")))).toBe(404);
      if (by === "query")
        for (const twice of [
          "X-Version=1&X-Version=2",
          "X-Version=2&X-Version=1",
          "X-Version=1&%58-Version=2",
        ])
          expect(statusOf(await ask(port, get(`/x?${twice}`)))).toBe(400);
    }
  });

  test("that is retired says so, with its successor; one that is deprecated answers and says it", async () => {
    const upstream = await rawUpstream(answering(OK));
    const deprecation = {
      since: 1_700_000_000,
      sunset: "Sun, 01 Nov 2026 00:00:00 GMT",
      successor: "/new",
      documentation: null,
    };
    const operations = [
      operationOf("GET /gone", { retired: true, deprecation }),
      operationOf("GET /old", { deprecation }),
    ];
    const { port } = await gatewayFor(snapshotOf(to(upstream), operations), driver);
    const gone = await ask(port, get("/gone"), /\}$/);
    expect(gone).toMatch(
      /^HTTP\/1\.1 410 [^]*link: <\/new>; rel="successor-version"[^]*"successor":"\/new"/i,
    );
    const old = await ask(port, get("/old"), /ok$/);
    expect(old).toMatch(/^deprecation: @1700000000\r$/im);
    expect(old).toMatch(/^sunset: Sun, 01 Nov 2026 00:00:00 GMT\r$/im);
    expect(old).toMatch(/^link: <\/new>; rel="successor-version"\r$/im);
    expect(upstream.peers).toHaveLength(1);
  });
});

describe.each(DRIVERS)("paths that can be read in two ways (%s)", (driver) => {
  test("are refused, and reach nobody", async () => {
    const upstream = await rawUpstream(answering(OK));
    const { port } = await gatewayFor(snapshotOf(to(upstream), [operationOf("GET /{rest:path}")]), driver);
    for (const path of [
      "/a/../b",
      "/..",
      "/.",
      "/a/.",
      "/a/%2e%2e/b",
      "/a/.%2E/b",
      "/a/%2e/b",
      "/a/..;/b",
      "/a/..;x=1/b",
      "//a",
      "/a//b",
      "/a/%2Fb",
      "/a%2fb",
      "/a%5cb",
      "/a%5C..%5Cb",
      "/a%00b",
      "/a%0d%0ab",
      "/a%7f",
      "/a%2",
      "/a%zz",
      "/a%252e%252e/b",
      "/a%252fb",
      "/%c0%ae%c0%ae/b",
      "/a%ff",
    ])
      expect([path, statusOf(await ask(port, get(path)))]).toEqual([path, 400]);
    expect(upstream.peers).toHaveLength(0);
    for (const path of [
      "/a.b",
      "/.well-known/x",
      "/a..b",
      "/...",
      "/a%20b",
      "/%C3%A9",
      "/a;b=1/c",
      "/a:b@c,d!$&'()*+=",
      "/a%25b",
    ]) {
      await ask(port, get(path), /ok$/);
      expect(targetsOf(upstream).at(-1)).toBe(path);
    }
  });

  test("are let through as they are where the configuration says so", async () => {
    const upstream = await rawUpstream(answering(OK));
    const paths = { encodedSlash: "forward", emptySegments: "forward" } as const;
    const { port } = await gatewayFor(
      snapshotOf(
        to(upstream),
        [operationOf("GET /files/{name}", { target: "/f/{name}" }), operationOf("GET /raw/{rest:path}")],
        { paths },
      ),
      driver,
    );
    await ask(port, get("/files/a%2Fb"), /ok$/);
    await ask(port, get("/raw/a//b"), /ok$/);
    // Whoever reads these as slashes sees dot segments between them.
    for (const path of ["/files/..%2Fb", "/files/a%2F..%2f..%2Fb", "/files/%2e%2E%2Fb", "/files/a%2F..%3Bb"])
      expect(statusOf(await ask(port, get(path)))).toBe(400);
    expect(targetsOf(upstream)).toEqual(["/f/a%2Fb", "/raw/a//b"]);
  });
});

describe.each(DRIVERS)(
  "a path with parameters, which some servers take away before they look (%s)",
  (driver) => {
    const running = async (operations: readonly Operation[], changes = {}) => {
      const upstream = await rawUpstream(answering(OK));
      const { port } = await gatewayFor(snapshotOf(to(upstream), operations, changes), driver);
      return {
        upstream,
        statusFor: async (path: string, method = "GET", host = "a"): Promise<number> =>
          statusOf(
            await ask(
              port,
              `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`,
              method === "HEAD" ? /\r\n\r\n$/ : /(ok|\})$/,
            ),
          ),
        answerFor: (path: string) => ask(port, get(path), /(ok|\})$/),
      };
    };

    test("is refused where it would lead to another operation, or to none, and reaches nobody", async () => {
      const { upstream, statusFor, answerFor } = await running([
        operationOf("GET /{page}"),
        operationOf("POST /{page}"),
        operationOf("GET /admin"),
        operationOf("GET /{page}/{part}"),
        operationOf("GET /files/{rest:path}"),
        operationOf("GET /files/secret"),
      ]);
      expect(await answerFor("/admin;x")).toMatch(
        /Without its parameters, which stand behind a semicolon, the path leads elsewhere/,
      );
      for (const path of [
        "/admin;x",
        "/admin;",
        "/admin;jsessionid=1;x",
        "/admin%3Bx",
        "/admin%3bx",
        "/%61dmin;x",
        // Empty segments are taken away after it.
        "/;x/admin",
        "/;/page",
        "/page/;x",
        "/;x",
        "/files;x/secret",
        "/files/secret;x",
        "/files/;x/secret",
        "/files;a/secret;b",
      ])
        expect([path, await statusFor(path)]).toEqual([path, 400]);
      expect(await statusFor("/admin;x", "HEAD")).toBe(400);
      expect(upstream.peers).toHaveLength(0);
      // By this method both lead to the same, and to nobody's else.
      expect(await statusFor("/admin;x", "POST")).toBe(200);
      expect(await statusFor("/admin;x", "PUT")).toBe(405);
    });

    test("goes on as it was sent where it leads to the same, and its values are as they were", async () => {
      const seen: unknown[] = [];
      const look = kindOf("look", "deny", { run: ({ params }) => void seen.push(params.get("id")) });
      const upstream = await rawUpstream(answering(OK));
      const operation = operationOf("GET /users/{id}", { policies: [policyOf("deny", "look")] });
      const operations = [operation, operationOf("GET /users/me"), operationOf("GET /all/{rest:path}")];
      const { port } = await gatewayFor(snapshotOf(to(upstream), operations), driver, {
        stepsOf: stepsOfKinds([look]),
      });
      for (const path of ["/users/5;v=2", "/users/5%3Bv", "/all/a;x/b;y"]) {
        await ask(port, get(path), /ok$/);
        expect(targetsOf(upstream).at(-1)).toBe(path);
      }
      expect(seen).toEqual(["5;v=2", "5;v"]);
    });

    test("is looked for on the same host, and among the same versions", async () => {
      const choice = (value: string) =>
        ({ by: "header", name: "X-V", value, isDefault: value === "1" }) as const;
      const { statusFor } = await running([
        operationOf("GET /{page}", { hosts: ["a", "b"] }),
        operationOf("GET /admin", { hosts: ["b"] }),
        operationOf("GET /users/{id}", { id: "1", choice: choice("1") }),
        operationOf("GET /users/{id}", { id: "2", choice: choice("2") }),
        operationOf("GET /users/me", { id: "3", choice: choice("1") }),
      ]);
      expect(await statusFor("/admin;x", "GET", "a")).toBe(200);
      expect(await statusFor("/admin;x", "GET", "b")).toBe(400);
      expect(await statusFor("/users/5;v=2")).toBe(200);
      expect(await statusFor("/users/me;x")).toBe(400);
    });

    test("is the document's where that has parameters itself", async () => {
      const matrix = {
        in: "path",
        name: "id",
        required: true,
        style: "matrix",
        explode: false,
        allowReserved: false,
        schema: {},
        mediaType: null,
      } as const;
      const { statusFor } = await running([
        operationOf("GET /users/{id}", { parameters: [matrix] }),
        operationOf("GET /users/me"),
        operationOf("GET /map;zoom={zoom}/{x}"),
      ]);
      expect(await statusFor("/users/;id=5")).toBe(200);
      expect(await statusFor("/map;zoom=3/5")).toBe(200);
      expect(await statusFor("/map;zoom=3/5;v=1")).toBe(200);
      // Not what begins as another one's name.
      expect(await statusFor("/users/me;id=5")).toBe(400);
    });

    test("may leave empty segments where the configuration forwards those", async () => {
      const paths = { encodedSlash: "refuse", emptySegments: "forward" } as const;
      const { statusFor } = await running([operationOf("GET /{rest:path}")], { paths });
      expect(await statusFor("/a/;x/b")).toBe(200);
    });
  },
);

describe.each(DRIVERS)("fields of one connection, and those of the gateway (%s)", (driver) => {
  const IDENTITY = kindOf("identity", "request", {
    run({ upstreamHeaders }) {
      upstreamHeaders.set("x-user", "ada");
      upstreamHeaders.set("x-removed", null);
    },
  });
  const policies = [policyOf("request", "identity")];
  const asked = async (...lines: string[]): Promise<string[]> => {
    const upstream = await rawUpstream(answering(OK));
    const operation = operationOf("GET /x", { policies });
    const { port } = await gatewayFor(snapshotOf(to(upstream), [operation]), driver, {
      stepsOf: stepsOfKinds([IDENTITY]),
    });
    await ask(port, get("/x", ...lines), /ok$/);
    return upstream.peers[0]!.received.toLowerCase().split("\r\n").slice(1);
  };

  test.each([
    "X-User",
    "x-user, X-Forwarded-For",
    "keep-alive, Via",
    "Forwarded",
    "Host",
    "x-mine",
    "X-Forwarded-Proto,X-Forwarded-Host,X-User",
  ])(
    "Connection: %s takes away what the client sent, and nothing that the gateway says",
    async (connection) => {
      const lines = await asked(
        `Connection: ${connection}`,
        "X-User: mallory",
        "X_User: mallory",
        "X-Mine: 1",
        "X-Removed: 1",
        "X_Removed: 1",
      );
      expect(lines.filter((line) => /^x.user/.test(line))).toEqual(["x-user: ada"]);
      expect(lines.filter((line) => /^x.removed/.test(line))).toEqual([]);
      expect(lines.filter((line) => line.startsWith("x-forwarded-for"))).toEqual([
        "x-forwarded-for: 127.0.0.1",
      ]);
      expect(lines.filter((line) => line.startsWith("host:"))).toHaveLength(1);
      expect(lines).toContain("via: 1.1 waymark");
      expect(lines.some((line) => line.startsWith("x-mine"))).toBe(!connection.includes("x-mine"));
      expect(lines.some((line) => line.startsWith("connection"))).toBe(false);
    },
  );

  test("what a stranger says of others is replaced, in every spelling", async () => {
    const lines = await asked(
      "X-Forwarded-For: 6.6.6.6",
      "X_Forwarded_For: 6.6.6.6",
      "Forwarded: for=6.6.6.6",
      "X-Real-IP: 6.6.6.6",
      "X-Forwarded-Host: evil",
      "X-Original-URL: /admin",
      "Proxy: evil",
      "TE: trailers",
      "Keep-Alive: 1",
      "Proxy-Authorization: x",
    );
    expect(lines.join("\n")).not.toMatch(/6\.6\.6\.6|evil|admin|^te:|keep-alive|proxy/m);
  });
});

describe.each(DRIVERS)("a proxy that is trusted (%s)", (driver) => {
  test("is believed, and what it says goes on", async () => {
    const upstream = await rawUpstream(answering(OK));
    const { port } = await gatewayFor(
      snapshotOf(to(upstream), [operationOf("GET /x")], { trustedProxies: ["127.0.0.0/8"] }),
      driver,
    );
    await ask(
      port,
      get(
        "/x",
        "X-Forwarded-For: 1.2.3.4, 2001:db8::1, someone",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: shop.test",
        // The proxy's client may have said it.
        "Forwarded: for=6.6.6.6;host=evil",
      ),
      /ok$/,
    );
    const lines = upstream.peers[0]!.received.toLowerCase().split("\r\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "x-forwarded-for: 1.2.3.4, 2001:db8::1, someone, 127.0.0.1",
        "x-forwarded-proto: https",
        "x-forwarded-host: shop.test",
        "x-forwarded-port: 443",
        'forwarded: for=1.2.3.4, for="[2001:db8::1]", for=unknown, for=127.0.0.1;host=api.test;proto=http',
      ]),
    );
  });
});

describe.each(DRIVERS)("policies (%s)", (driver) => {
  const running = async (kinds: PolicyKind[], answer = OK, method = "GET") => {
    const upstream = await rawUpstream(answering(answer));
    const policies = kinds.map(({ kind, phase }) => policyOf(phase, kind));
    const gateway = await gatewayFor(
      snapshotOf(to(upstream), [operationOf(`${method} /x/{id}`, { policies })]),
      driver,
      { stepsOf: stepsOfKinds(kinds) },
    );
    return { upstream, ...gateway };
  };

  test("run in the order of the phases; the first that refuses has the word, and its fields are sent", async () => {
    const seen: string[] = [];
    const note = (phase: "deny" | "authn" | "limit", isLate: boolean): PolicyKind =>
      kindOf(phase, phase, {
        run: (call) => {
          seen.push(`${phase} ${call.params.get("id")} ${call.clientAddress}`);
          call.replyHeaders.set(`x-${phase}`, "1");
          if (phase === "limit") throw new HttpError(429, "slower", { headers: { "retry-after": "7" } });
          return isLate ? Promise.resolve() : undefined;
        },
      });
    const { port, upstream, gateway } = await running([
      note("limit", false),
      note("authn", true),
      note("deny", false),
    ]);
    const answer = await ask(port, get("/x/a%20b"), /\}$/);
    expect(answer).toMatch(/^HTTP\/1\.1 429 [^]*x-deny: 1[^]*x-authn: 1[^]*x-limit: 1[^]*retry-after: 7/i);
    expect(seen).toEqual(["deny a b 127.0.0.1", "authn a b 127.0.0.1", "limit a b 127.0.0.1"]);
    expect(upstream.peers).toHaveLength(0);
    expect(gateway.active).toBe(0);
  });

  test("may answer themselves, read the body, and put another in its place", async () => {
    const early = kindOf("early", "deny", {
      run: ({ params }) =>
        params.get("id") === "0" ? { status: 203, contentType: "text/plain", body: "early" } : undefined,
    });
    const upper = kindOf("upper", "request", {
      needs: ["body"],
      run: (call) => {
        call.upstreamBody = Buffer.from(Buffer.from(call.body!).toString().toUpperCase() + "!");
        call.upstreamSearch = "added=1";
      },
    });
    const { port, upstream } = await running([early, upper], OK, "POST");
    const post = (id: number) => `POST /x/${id} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc`;
    expect(await ask(port, post(0), /early$/)).toMatch(/^HTTP\/1\.1 203 /);
    await ask(port, post(1), /ok$/);
    expect(upstream.peers[0]!.received).toMatch(/^POST \/x\/1\?added=1 [^]*Content-Length: 4\r\n\r\nABC!$/);
  });

  test("see the reply, and change it", async () => {
    const change = kindOf("change", "response", {
      needs: ["response-body"],
      respond: (call, reply) => {
        call.replyHeaders.set(
          "x-was",
          `${reply.status} ${reply.headers.get("etag")} ${Buffer.from(reply.body!).toString()}`,
        );
        return { status: 201, body: Buffer.from("changed") };
      },
    });
    for (const body of [
      "Content-Length: 2\r\n\r\nok",
      "Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
    ]) {
      const { port, upstream } = await running([change], `HTTP/1.1 200 OK\r\nETag: "e"\r\n${body}`);
      const answer = await ask(port, get("/x/1", "Accept-Encoding: gzip"), /changed$/);
      expect(answer).toMatch(/^HTTP\/1\.1 201 [^]*x-was: 200 "e" ok\r\n/i);
      expect(answer).toMatch(/content-length: 7\r\n/i);
      expect(answer).not.toMatch(/^etag/im);
      expect(upstream.peers[0]!.received).toMatch(/accept-encoding: identity\r\n/i);
      expect(upstream.peers[0]!.received.match(/accept-encoding/gi)).toHaveLength(1);
    }
  });

  test("that look at the head alone let the body stream, later as well", async () => {
    for (const isLate of [false, true]) {
      const look = kindOf("look", "response", {
        respond: (call, reply) => {
          call.replyHeaders.set("x-saw", String(reply.body));
          call.replyHeaders.set("server", null);
          return isLate ? Promise.resolve(undefined) : undefined;
        },
      });
      const { port } = await running(
        [look],
        "HTTP/1.1 200 OK\r\nServer: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      );
      const answer = await ask(port, get("/x/1"), /0\r\n\r\n$/);
      expect(answer).toMatch(/x-saw: undefined[^]*3\r\nabc\r\n0\r\n\r\n$/i);
      expect(answer).not.toMatch(/^server/im);
    }
  });

  test("that fail are a 500 without a word, and are reported", async () => {
    const broken = kindOf("broken", "authz", {
      run: () => {
        throw new Error("secret");
      },
    });
    const { port, reports } = await running([broken]);
    const answer = await ask(port, get("/x/1"), /\}$/);
    expect(answer).toMatch(/^HTTP\/1\.1 500 /);
    expect(answer).not.toMatch(/secret/);
    expect(reports.join()).toMatch(/secret/);
  });

  test("hear of the end of a call once, whatever became of it", async () => {
    let ended = 0;
    const lease = kindOf("lease", "limit", {
      run: (call) => call.onEnd(() => void ended++),
    });
    const { port } = await running([lease]);
    await ask(port, get("/x/1"), /ok$/);
    expect(ended).toBe(1);
  });
});

describe.each(DRIVERS)("an alias (%s)", (driver) => {
  test("gives the upstream's inputs from other places, and nothing by their own names", async () => {
    const upstream = await rawUpstream(answering(OK));
    const alias = operationOf("GET /shelf/{sku}", {
      target: "/items/{itemId}/{kind}",
      bind: [
        { to: { in: "path", name: "itemId" }, from: { in: "path", name: "sku" } },
        { to: { in: "path", name: "kind" }, from: { constant: "a b" } },
        { to: { in: "query", name: "limit" }, from: { in: "query", name: "per_page" } },
        { to: { in: "query", name: "version" }, from: { constant: "1" } },
        { to: { in: "header", name: "X-Tenant" }, from: { in: "header", name: "X-Org" } },
        { to: { in: "cookie", name: "s" }, from: { in: "cookie", name: "session" } },
      ],
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), [alias]), driver);
    await ask(
      port,
      get(
        "/shelf/a%2Bb?per_page=5&limit=99&version=9&other=%26",
        "X-Org: acme",
        "X-Tenant: evil",
        "Cookie: session=1; s=2; t=3",
      ),
      /ok$/,
    );
    const [line, ...fields] = upstream.peers[0]!.received.split("\r\n");
    expect(line).toBe("GET /items/a%2Bb/a%20b?other=%26&limit=5&version=1 HTTP/1.1");
    expect(fields.filter((field) => /^(x-tenant|x-org|cookie)/i.test(field)).sort()).toEqual([
      "cookie: t=3; s=1",
      "x-tenant: acme",
    ]);
  });
});

test("the pipeline of one client is answered in order", async () => {
  const upstream = await rawUpstream(({ socket, received }) => {
    const id = /GET \/(\w+)[^]*$/.exec(received.slice(received.lastIndexOf("GET ")))![1]!;
    setTimeout(
      () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${id.length}\r\n\r\n${id}`),
      id === "slow" ? 50 : 0,
    );
  });
  const { port } = await gatewayFor(snapshotOf(to(upstream), [operationOf("GET /{id}")]));
  const client = new RawClient(port).write(get("/slow") + get("/b") + get("/c"));
  expect(await client.until(/c$/)).toMatch(/slow[^]*\r\n\r\nb[^]*\r\n\r\nc$/);
});
