// Header fields that middleware reads, written to hurt: codings, conditions, cookies of sessions.
import { App, endpoint, reply, serve, type Running, type ServerName } from "waymark";
import { compression, etag, rateLimit, sessions } from "waymark/middleware";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Attack } from "./attack.ts";
import { expectAllAccepted } from "./corpus.ts";

const silent = { error() {}, warn() {} };
const session = sessions({ secret: "a secret of at least thirty-two characters" });

function target(): App {
  const app = new App({ title: "Target", logger: silent, docs: false, redoc: false });
  app.use(rateLimit({ limit: 1e6, window: 60 }));
  app.use(compression());
  app.use(etag());
  app.get("/", () => reply.text("hello ".repeat(1000)));
  app.get(
    "/session",
    endpoint({ input: { session } }, function visit({ session }) {
      return { isNew: session.isNew, visits: session.data["visits"] ?? 0 };
    }),
  );
  return app;
}

const LONG = 7000;
const VALUES: Readonly<Record<string, readonly string[]>> = {
  "Accept-Encoding": [
    "gzip;q=",
    "gzip;q=1e9",
    "gzip;q=0.0000000000000000000001",
    ";;;;,,,,;q=1",
    "__proto__, constructor;q=1, toString",
    "gzip,".repeat(LONG / 5),
    "gzip;".repeat(LONG / 5),
    `gzip${" ".repeat(LONG)};q=0`,
    `${"*;q=0,".repeat(LONG / 6)}gzip`,
    `br;q=${"9".repeat(LONG)}`,
  ],
  "If-None-Match": [
    '"',
    '"""',
    'W/"',
    "W/".repeat(LONG / 2),
    '"a",'.repeat(LONG / 4),
    '"'.repeat(LONG),
    "*,*",
    "\u00ff\u00fe",
  ],
  "If-Match": ["*", `"${"a".repeat(LONG)}"`.replace(/^"/, "")],
  "If-Modified-Since": ["0", "9".repeat(LONG), "Sat, 99 Xyz 9999 99:99:99 GMT", "-1", "(".repeat(LONG)],
  Cookie: [
    "session=",
    "session=.",
    "session=..",
    "session=e30.",
    `session=${"A".repeat(LONG)}`,
    `session=${"A".repeat(LONG / 2)}.${"B".repeat(LONG / 2 - 20)}`,
    "session=%00%ff.%",
    'session="e30.AAAA"',
    `${"session=x; ".repeat(LONG / 11)}`,
    `session=${Buffer.from('{"e":9999999999,"d":{"visits":"SECRET"}}').toString("base64url")}.${"A".repeat(43)}`,
    "session=__proto__",
  ],
};

/** Whatever a field says, the answer is one of an ordinary client's, and the next request is served. */
const rows: Attack[] = Object.entries(VALUES).flatMap(([field, values]) =>
  values.flatMap((value, i) =>
    ["/", "/session"].map((path) => ({
      id: `${field}/${i}${path}`,
      class: field,
      layer: "app" as const,
      raw_b64: Buffer.from(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${field}: ${value}\r\n\r\n`,
        "latin1",
      ).toString("base64"),
      accept:
        field === "Accept-Encoding"
          ? ["200", "406"]
          : field.startsWith("If-")
            ? ["200", "304", "412"]
            : ["200"],
      must_not: ["SECRET", '"isNew":false'],
    })),
  ),
);

const DRIVERS: readonly ServerName[] = ["wire", "node-http"];

describe.each(DRIVERS)("%s", (server) => {
  let running: Running;
  beforeAll(async () => {
    running = await serve(target(), { port: 0, signals: false, server });
  });
  afterAll(() => running.close());

  it.each(Object.keys(VALUES))("takes what nobody sends: %s", { timeout: 30_000 }, async (field) => {
    await expectAllAccepted(
      running.port,
      rows.filter((row) => row.class === field),
    );
  });
});
