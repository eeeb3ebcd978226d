// F21: what is marked as secret appears in no log, trace, measure or reply, whatever is thrown with it.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import type { Logger } from "../logger.ts";
import { reply } from "../http/reply.ts";
import { body, cookie, form, header, path, query, request, response } from "../inputs/index.ts";
import { requestId } from "../middleware/request-id.ts";
import { timeout } from "../middleware/timeout.ts";
import { anyOf } from "../security/any-of.ts";
import { apiKey } from "../security/api-key.ts";
import { basic } from "../security/basic.ts";
import { bearer } from "../security/bearer.ts";
import { settings } from "../settings/settings.ts";
import { appLogger } from "./app-logger.ts";
import { keptPino, KeptLines } from "./kept-entries.fixture.ts";
import { KeptMeasures, KeptSpans } from "./kept-spans.fixture.ts";
import { metrics } from "./metrics.ts";
import { requestLog } from "./request-log.ts";
import { telemetry } from "./telemetry.ts";

const secret = <T extends z.ZodType>(schema: T): T => schema.meta({ secret: true });
const SECRET = "S3CR3T";
/** Quotes and what URLs encode: a secret that is written in another way is as much of one. */
const of = (place: string): string => `${SECRET}-${place}"<& ä`;

const config = settings(z.object({ databaseUrl: z.string(), mailPassword: secret(z.string()) }), {
  env: { DATABASE_URL: of("database"), MAIL_PASSWORD: of("mail") },
  files: [],
  secrets: ["databaseUrl"],
});

const Account = secret(z.string());
const Order = z.object({
  note: z.string(),
  card: z.object({ number: secret(z.string()), name: z.string() }),
  codes: z.array(z.object({ code: Account })).default([]),
});

const kept = new KeptSpans();
beforeAll(() => kept.register());
afterEach(() => {
  kept.reset();
  vi.restoreAllMocks();
});
afterAll(() => kept.unregister());

/** Says everything that it was given. */
function fault(...values: unknown[]): Error {
  const text = values.map(String).join(" | ");
  const error = new Error(
    `failed with ${text}\nand ${encodeURIComponent(text)} and ${JSON.stringify(text)}`,
    {
      cause: new Error(text),
    },
  );
  return Object.assign(error, { config: { text, list: values }, found: new Map([[text, values]]) });
}

const conn = dependency({ input: { config } }, function* ({ config }) {
  yield "connection";
  throw fault(config.databaseUrl.reveal(), config.mailPassword);
});
const caller = dependency(
  { input: { token: anyOf(bearer(), basic()), key: apiKey({ in: "header", name: "X-Key" }) } },
  ({ token, key }) => ({ all: [JSON.stringify(token), key] }),
);

const order = endpoint(
  {
    name: "order",
    input: {
      conn,
      caller,
      config,
      link: path(secret(z.string())),
      pin: query(secret(z.string())),
      device: header(secret(z.string())),
      session: cookie(z.string()),
      order: body(Order),
      request: request(),
      response: response(),
    },
  },
  async ({ config, caller, link, pin, device, session, order, request, response }) => {
    const all = [...caller.all, link, pin, device, session, order.card.number, order.codes[0]!.code];
    all.push(config.databaseUrl.reveal(), config.mailPassword, request.headers.get("authorization")!);
    response.cookies.set("session", of("setcookie").replaceAll(/[^A-Z0-9-]/gi, ""));
    response.after(() => {
      throw fault(...all);
    });
    if (order.note === "throw") throw fault(...all);
    if (order.note === "stream")
      return reply.stream(
        (async function* () {
          yield "begun";
          await Promise.resolve();
          throw fault(...all);
        })(),
        "text/plain",
      );
    return { note: order.note };
  },
);
const signIn = endpoint(
  { name: "signIn", input: { name: form(z.string()), password: form(secret(z.string())) } },
  ({ name, password }) => {
    throw fault(name, password);
  },
);

interface Everything {
  readonly app: App;
  /** All that left the application, but for the replies. */
  seen(): Promise<string>;
}

function everything(dev: boolean, logger: Logger, written: () => string): Everything {
  const measures = new KeptMeasures();
  const counted = metrics({ process: false });
  const lines = new KeptLines();
  const app = new App({ dev, logger });
  app.use(telemetry({ meter: measures.provider.getMeter("test"), steps: true }));
  app.use(counted);
  app.use(
    requestLog({
      logger: lines,
      query: true,
      headers: ["authorization", "cookie", "x-key", "device", "user-agent"],
      fields: ({ url, headers }) => ({ url, all: Object.fromEntries(headers) }),
    }),
  );
  app.use(requestId({ generate: () => "r-1" }));
  app.use(timeout(5000));
  app.post("/order/{link}", order);
  app.post("/sign-in", signIn);
  app.include(counted.router);
  return {
    app,
    seen: async () => {
      const spans = kept.spans.map(({ name, attributes, events, status }) => ({
        name,
        attributes,
        events,
        status,
      }));
      const measured = [...(await measures.read())].map(([name, points]) => [name, points]);
      const exposed = await (await app.request("/metrics")).text();
      return [written(), lines.lines.flat().join("\n"), JSON.stringify([spans, measured]), exposed].join(
        "\n",
      );
    },
  };
}

async function orders(app: App, note: string, authorization: string, device = of("device")): Promise<string> {
  const ascii = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, "");
  const response = await app.request(`POST /order/${encodeURIComponent(of("link"))}`, {
    headers: { authorization, "x-key": ascii(of("key")), device: ascii(device), "user-agent": "test" },
    cookies: { session: of("session") },
    query: { pin: of("pin"), access_token: of("telling") },
    json: { note, card: { number: of("card"), name: "Ada" }, codes: [{ code: of("code") }] },
  });
  const text = await response.text().catch(() => "the stream broke");
  return `${response.status} ${text}`;
}

const BEARER = `Bearer ${SECRET}-bearer`;
const BASIC = `Basic ${btoa(`ada:${SECRET}-basic`)}`;

describe.each([true, false])("secrets, dev: %s", (dev) => {
  it.each(["throw", "stream", "reply"])(
    "of every place appear nowhere when a function meets: %s",
    async (note) => {
      const { logger, text, entries } = keptPino();
      const { app, seen } = everything(dev, appLogger(logger), text);
      const replies = [await orders(app, note, BEARER), await orders(app, note, BASIC)];
      await expect.poll(() => entries.length).toBeGreaterThan(1);
      const all = (await seen()) + replies.join("\n");
      expect(all).toContain("/order/");
      expect(all).toContain("***");
      expect(all).not.toContain(SECRET);
      expect(all).not.toContain(btoa(`ada:${SECRET}-basic`));
    },
  );

  it("of forms, and of requests that are refused, appear nowhere", async () => {
    const { logger, text } = keptPino();
    const { app, seen } = everything(dev, appLogger(logger), text);
    const replies: string[] = [];
    const ask = async (where: string, options: object): Promise<void> => {
      const response = await app.request(where, options);
      replies.push(`${response.status} ${await response.text()}`);
    };
    await ask("POST /sign-in", { body: new URLSearchParams({ name: "ada", password: of("form") }) });
    const multipart = new FormData();
    multipart.set("name", "ada");
    multipart.set("password", of("multipart"));
    await ask("POST /sign-in", { body: multipart });
    await ask("POST /sign-in", { body: new URLSearchParams({ password: of("form") }) });
    await ask(`POST /order/x?pin=1&token=${SECRET}`, {
      headers: { authorization: BEARER },
      json: { note: SECRET },
    });
    await ask(`GET /nowhere?api_key=${SECRET}`, {
      headers: { authorization: BEARER, cookie: `a=${SECRET}` },
    });
    const all = (await seen()) + replies.join("\n");
    expect(replies.map((each) => each.slice(0, 3))).toEqual(["500", "500", "422", "401", "404"]);
    expect(all).not.toContain(SECRET);
  });

  it("appear nowhere on a console either", async () => {
    const written: string[] = [];
    const logger = {
      error: (...told: unknown[]) => void written.push(inspected(told)),
      warn: (...told: unknown[]) => void written.push(inspected(told)),
    };
    const { app, seen } = everything(dev, logger, () => written.join("\n"));
    const replies = [await orders(app, "throw", BEARER), await orders(app, "stream", BASIC)];
    await expect.poll(() => written.length).toBeGreaterThan(1);
    expect((await seen()) + replies.join("\n")).not.toContain(SECRET);
    expect(written.join("\n")).toContain("failed with");
  });
});

/** As the console of Node prints it, own properties and causes included. */
function inspected(told: readonly unknown[]): string {
  const { inspect } = process.getBuiltinModule("node:util");
  return told.map((each) => inspect(each, { depth: 10 })).join(" ");
}
