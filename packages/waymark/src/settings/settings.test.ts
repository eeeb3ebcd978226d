import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { Secret } from "../security/secret.ts";
import { SettingsError } from "./settings-error.ts";
import { settings, type SettingsOptions } from "./settings.ts";

const directory = mkdtempSync(join(tmpdir(), "waymark-settings-"));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** What reading throws. */
function errorOf(read: () => unknown): SettingsError {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const Shop = z.object({
  port: z.int().default(8000),
  debug: z.boolean().default(false),
  databaseUrl: z.url().describe("where the orders are"),
  allowedHosts: z.array(z.string()).default([]),
  smtp: z.object({ host: z.string(), port: z.int().default(25), password: z.string().optional() }).optional(),
});

const read = (env: Record<string, string | undefined>, options: Omit<SettingsOptions<never>, "env"> = {}) =>
  settings(Shop, { files: [], env, ...options })();

describe("variables", () => {
  it("are named after properties, and converted by their schema", () => {
    expect(
      read({ PORT: "80", DEBUG: "true", DATABASE_URL: "db://x", ALLOWED_HOSTS: "a.example, b.example" }),
    ).toEqual({ port: 80, debug: true, databaseUrl: "db://x", allowedHosts: ["a.example", "b.example"] });
  });

  it("have defaults where the schema has them; an empty one is none", () => {
    expect(read({ DATABASE_URL: "db://x", PORT: "" })).toEqual({
      port: 8000,
      debug: false,
      databaseUrl: "db://x",
      allowedHosts: [],
    });
  });

  it("have a prefix, and a separator for what is inside of an object", () => {
    const env = { SHOP_DATABASE_URL: "db://x", SHOP_SMTP_HOST: "mail", SMTP_HOST: "other" };
    expect(read(env, { prefix: "SHOP_", nested: "_" })).toMatchObject({
      databaseUrl: "db://x",
      smtp: { host: "mail", port: 25 },
    });
  });

  it("give a list or an object as JSON too; a variable of its own goes before the object's", () => {
    const env = {
      DATABASE_URL: "db://x",
      ALLOWED_HOSTS: '["a,b"]',
      SMTP: '{"host":"mail","port":2525}',
      SMTP__HOST: "own",
    };
    expect(read(env)).toMatchObject({ allowedHosts: ["a,b"], smtp: { host: "own", port: 2525 } });
  });

  it.each([
    ["databaseUrl", "DATABASE_URL"],
    ["baseURL", "BASE_URL"],
    ["s3Bucket", "S3_BUCKET"],
    ["APIKey", "API_KEY"],
    ["DATABASE_URL", "DATABASE_URL"],
    ["kebab-case", "KEBAB_CASE"],
  ])("%s is %s", (property, variable) => {
    const schema = z.object({ [property]: z.string() });
    expect(settings(schema).variables.map(({ name }) => name)).toEqual([variable]);
  });

  it("can be called otherwise", () => {
    const config = settings(Shop, {
      files: [],
      prefix: "SHOP_",
      names: { databaseUrl: "PGURL", "smtp.host": "MAIL" },
      env: { PGURL: "db://x", MAIL: "mail" },
    });
    expect(config()).toMatchObject({ databaseUrl: "db://x", smtp: { host: "mail" } });
  });

  it("are listed with what is known of them", () => {
    const { variables } = settings(Shop, { secrets: ["smtp.password"] });
    expect(variables).toHaveLength(7);
    expect(variables[2]).toEqual({
      name: "DATABASE_URL",
      path: "databaseUrl",
      description: "where the orders are",
      required: true,
      secret: false,
    });
    expect(variables.at(-1)).toMatchObject({ name: "SMTP__PASSWORD", required: false, secret: true });
  });
});

describe("files", () => {
  it("stand behind the environment, in their order", () => {
    const files = [
      file("order/.env.local", "PORT=2\nDEBUG=true\n"),
      file("order/.env", "PORT=3\nDEBUG=false\nDATABASE_URL='db://dotenv'\n"),
      file(
        "order/config.json",
        JSON.stringify({ port: 4, databaseUrl: "db://json", smtp: { host: "json" } }),
      ),
    ];
    expect(read({ PORT: "1" }, { files })).toMatchObject({
      port: 1,
      debug: true,
      databaseUrl: "db://dotenv",
      smtp: { host: "json" },
    });
    expect(read({}, { files })).toMatchObject({ port: 2 });
    expect(read({}, { files: files.slice(1) })).toMatchObject({ port: 3 });
    expect(read({}, { files: files.slice(2) })).toMatchObject({ port: 4, databaseUrl: "db://json" });
  });

  it("of JSON are not converted", () => {
    const files = [file("text.json", '{"port":"80","databaseUrl":"db://x"}')];
    expect(errorOf(() => read({}, { files })).mistakes).toMatchObject([
      { variable: "PORT", source: files[0], path: ["port"] },
    ]);
  });

  it("of variables may be missing, those of JSON only where it is said", () => {
    const missing = join(directory, "missing.json");
    expect(read({ DATABASE_URL: "db://x" }, { files: [join(directory, "none/.env")] })).toMatchObject({
      port: 8000,
    });
    expect(read({ DATABASE_URL: "db://x" }, { files: [{ path: missing, optional: true }] })).toMatchObject(
      {},
    );
    expect(errorOf(() => read({ DATABASE_URL: "db://x" }, { files: [missing] })).message).toBe(
      `a setting is wrong\n  ${missing} is not there, or cannot be read`,
    );
    expect(errorOf(() => read({ DATABASE_URL: "x:" }, { files: [{ path: join(directory, "n.env"), optional: false }] })).message).toMatch("is not there"); // prettier-ignore
  });

  it("say where a mistake is: the last line that sets the variable", () => {
    const path = file("lines/.env", "# PORT=1\nPORT=80\nexport PORT=eighty\nDATABASE_URL=db://x\n");
    expect(errorOf(() => read({}, { files: [path] })).message).toBe(
      `a setting is wrong\n  PORT is not right: expected an integer (${path}:3)`,
    );
  });

  it("that are no JSON are told of without their text", () => {
    const path = file("broken.json", '{"databaseUrl": "db://hunter2",}');
    const { message } = errorOf(() => read({ DATABASE_URL: "db://x" }, { files: [path] }));
    expect(message).toMatch(`${path} is not JSON: expected a key at line 1, column 32`);
    expect(message).not.toMatch("hunter2");
  });

  it("of no known kind are a mistake of the program", () => {
    expect(() => settings(Shop, { files: ["config.yaml"] })).toThrow(
      "'config.yaml' is neither a file of variables",
    );
  });

  it("may have a key for their own schema, which is no setting", () => {
    const files = [file("schema.json", '{"$schema":"./x.json","a":"b"}')];
    expect(settings(z.strictObject({ a: z.string() }), { files, env: {} })()).toEqual({ a: "b" });
  });

  it("with keys that a strict schema does not know are refused", () => {
    const files = [file("strict.json", '{"a":"b","c":1}')];
    expect(errorOf(() => settings(z.strictObject({ a: z.string() }), { files, env: {} })()).message).toMatch(
      '"c"',
    );
  });

  it("cannot change the prototype of anything", () => {
    const files = [file("proto.json", '{"__proto__":{"port":1},"databaseUrl":"db://x"}')];
    expect(read({}, { files }).port).toBe(8000);
    expect(({} as { port?: number }).port).toBeUndefined();
  });
});

describe("mistakes", () => {
  it("are told all at once, in the order of the schema, with their source", () => {
    const error = errorOf(() => read({ PORT: "8.5", DEBUG: "yes", SMTP__PORT: "x", ALLOWED_HOSTS: "[1]" }));
    expect(error.message).toBe(
      [
        "6 settings are wrong",
        "  PORT is not right: expected an integer (environment)",
        "  DEBUG is not right: expected true or false (environment)",
        "  DATABASE_URL is not set: where the orders are",
        "  ALLOWED_HOSTS is not right: Invalid input: expected string, received number (at 0) (environment)",
        "  SMTP__HOST is not set",
        "  SMTP__PORT is not right: expected an integer (environment)",
      ].join("\n"),
    );
    expect(error.mistakes).toHaveLength(6);
  });

  it("of several settings together name none of them", () => {
    const schema = z
      .object({ a: z.int().default(1), b: z.int().default(2) })
      .refine(({ a, b }) => a < b, "a has to be below b");
    expect(errorOf(() => settings(schema, { files: [], env: { A: "3" } })()).message).toBe(
      "a setting is wrong\n  a has to be below b",
    );
  });

  it("are told again at the next reading", () => {
    const config = settings(Shop, { files: [], env: {} });
    expect(() => config()).toThrow(SettingsError);
    expect(() => config()).toThrow(SettingsError);
  });

  it("of an object's variable are those of its text", () => {
    expect(errorOf(() => read({ DATABASE_URL: "db://x", SMTP: "mail" })).message).toBe(
      "a setting is wrong\n  SMTP is not JSON: expected a value at line 1, column 1 (environment)",
    );
    expect(errorOf(() => read({ DATABASE_URL: "db://x", SMTP: "1" })).message).toMatch(
      "SMTP is not an object of JSON",
    );
    const files = [file("object.json", '{"smtp":[]}')];
    expect(errorOf(() => read({ DATABASE_URL: "db://x" }, { files })).message).toMatch(
      "SMTP has to be an object",
    );
  });
});

describe("unknown variables", () => {
  const env = { SHOP_DATABASE_URL: "db://x", SHOP_PROT: "80", SHOP_SMTP: '{"host":"a"}', OTHER: "1" };
  it("are left alone", () => {
    expect(read(env, { prefix: "SHOP_" }).port).toBe(8000);
  });
  it("are warned of", () => {
    const said: string[] = [];
    read(env, { prefix: "SHOP_", unknown: "warn", logger: { warn: (text) => said.push(text) } });
    expect(said).toEqual(["SHOP_PROT is not a setting: did you mean SHOP_PORT?"]);
  });
  it("are refused", () => {
    expect(errorOf(() => read(env, { prefix: "SHOP_", unknown: "refuse" })).message).toBe(
      "a setting is wrong\n  SHOP_PROT is not a setting: did you mean SHOP_PORT?",
    );
  });
  it("need a prefix", () => {
    expect(() => settings(Shop, { unknown: "warn" })).toThrow("needs a prefix");
  });
});

describe("secrets", () => {
  const options = { files: [], secrets: ["databaseUrl", "smtp.password"] } as const;

  it("are of class Secret, wherever they stand", () => {
    const config = settings(Shop, {
      ...options,
      env: { DATABASE_URL: "db://ada:pw@x", SMTP__HOST: "mail", SMTP__PASSWORD: "hunter2" },
    })();
    expect(config.databaseUrl).toBeInstanceOf(Secret);
    expect(config.databaseUrl.reveal()).toBe("db://ada:pw@x");
    expect(config.smtp?.password?.reveal()).toBe("hunter2");
    expect(`${JSON.stringify(config)}${inspect(config, { depth: 5 })}`).not.toMatch(/hunter2|pw/);
  });

  it("that are not there stay away", () => {
    const config = settings(Shop, { ...options, env: { DATABASE_URL: "db://x", SMTP__HOST: "mail" } })();
    expect(config.smtp?.password).toBeUndefined();
  });

  it("come from a file that a variable names", () => {
    const path = file("run/database", "db://file\n");
    const config = settings(Shop, { ...options, env: { DATABASE_URL_FILE: path } });
    expect(config().databaseUrl.reveal()).toBe("db://file");
    expect(
      errorOf(settings(Shop, { ...options, env: { DATABASE_URL_FILE: path, DATABASE_URL: "db://x" } }))
        .message,
    ).toMatch("DATABASE_URL is set, and DATABASE_URL_FILE as well: take one of them away (environment)");
    expect(errorOf(settings(Shop, { ...options, env: { DATABASE_URL_FILE: "/none" } })).message).toMatch(
      "DATABASE_URL is not set: the file that DATABASE_URL_FILE names cannot be read (environment)",
    );
    expect(errorOf(settings(Shop, { ...options, env: {} })).message).toMatch(
      "DATABASE_URL is not set: where the orders are; DATABASE_URL_FILE may name a file that has it",
    );
  });

  it("alone have a variable for a file", () => {
    const path = file("run/port", "80");
    expect(read({ DATABASE_URL: "db://x", PORT_FILE: path }).port).toBe(8000);
  });

  it("come from a directory of files", () => {
    file("secrets/database_url", "db://mounted\n");
    const mounted = { ...options, secretsDirectory: join(directory, "secrets") };
    expect(settings(Shop, { ...mounted, env: {} })().databaseUrl.reveal()).toBe("db://mounted");
    expect(settings(Shop, { ...mounted, env: { DATABASE_URL: "db://x" } })().databaseUrl.reveal()).toBe(
      "db://x",
    );
  });

  it("are in no message, not even in the application's own", () => {
    const schema = z.object({
      token: z.string().refine(() => false, { error: ({ input }) => `bad token ${String(input)}` }),
      pin: z.int().meta({ secret: true }),
    });
    const error = errorOf(
      settings(schema, { files: [], secrets: ["token"], env: { TOKEN: "hunter2", PIN: "hunter3" } }),
    );
    expect(error.message).toBe(
      "2 settings are wrong\n  TOKEN is not right: bad token *** (environment)\n  PIN is not right: expected an integer (environment)",
    );
    expect(inspect(error, { depth: 9 })).not.toMatch(/hunter/);
    expect(JSON.stringify(error.mistakes)).not.toMatch(/hunter/);
  });

  it("that the schema marks are what it makes of them, and are not shown", () => {
    const schema = z.object({
      pin: z.string().meta({ secret: true }),
      key: z
        .string()
        .meta({ secret: true })
        .transform((text) => new Secret(text)),
      deep: z.object({ token: z.string().meta({ secret: true }).optional(), id: z.string() }),
    });
    const config = settings(schema, {
      files: [],
      env: { PIN: "hunter1", KEY: "hunter2", DEEP__TOKEN: "hunter3", DEEP__ID: "x" },
    })();
    expect(config.pin).toBe("hunter1");
    expect(config.key.reveal()).toBe("hunter2");
    const shown = { pin: "***", key: "***", deep: { token: "***", id: "x" } };
    expect(JSON.parse(JSON.stringify(config))).toEqual(shown);
    expect(inspect(config)).not.toMatch("hunter");
    expect(inspect(config.deep)).not.toMatch("hunter");
  });

  it("are hidden in what a schema has frozen, too", () => {
    const schema = z
      .object({ deep: z.object({ pin: z.string().meta({ secret: true }) }).readonly() })
      .readonly();
    const config = settings(schema, { files: [], env: { DEEP__PIN: "hunter1" } })();
    expect(config.deep.pin).toBe("hunter1");
    expect(`${JSON.stringify(config)} ${inspect(config)}`).not.toMatch("hunter");
  });

  it("that do not exist are a mistake of the program", () => {
    // @ts-expect-error -- there is no such setting
    expect(() => settings(Shop, { secrets: ["databseUrl"] })).toThrow("there is no 'databseUrl'; settings are port, debug, databaseUrl"); // prettier-ignore
  });
});

describe("a schema that cannot be settings", () => {
  it("is refused where it is declared", () => {
    expect(() => settings(z.string())).toThrow("one object");
    expect(() => settings(z.object({ a: z.union([z.string(), z.array(z.string())]) }))).toThrow(
      '"a" is an array or a single value',
    );
    expect(() => settings(z.object({ fooBar: z.string(), foo_bar: z.string() }))).toThrow(
      "'fooBar' and 'foo_bar' are both set by FOO_BAR",
    );
  });
  it("is refused when it answers later", () => {
    const schema = z.object({ a: z.string().refine(async () => true) });
    expect(() => settings(schema, { files: [], env: { A: "b" } })()).toThrow(
      "leave out what is asynchronous",
    );
  });
});

describe("in an application", () => {
  const config = settings(Shop, { files: [], env: { DATABASE_URL: "db://x", PORT: "81" } });
  const port = endpoint({ input: { config } }, function port({ config: given }) {
    return given.port;
  });

  it("are an input, read once", async () => {
    const app = new App();
    app.get("/port", port);
    expect(await (await app.request("/port")).json()).toBe(81);
    expect(config()).toBe(config());
  });

  it("are replaced in tests", async () => {
    const app = new App();
    app.get("/port", port);
    using _ = app.override(config, () => ({ ...config(), port: 99 }));
    expect(await (await app.request("/port")).json()).toBe(99);
  });

  it("that are wrong keep it from starting", async () => {
    const app = new App();
    const wrong = settings(Shop, { files: [], env: {} });
    app.get(
      "/port",
      endpoint({ input: { wrong } }, () => 1),
    );
    await expect(app.start()).rejects.toThrow("DATABASE_URL is not set");
  });
});

describe("schemas of other libraries", () => {
  const env = { PORT: "80", SMTP__HOST: "mail" };
  const expected = { port: 80, debug: false, smtp: { host: "mail" } };

  it("of ArkType", () => {
    const schema = type({ port: "number.integer", debug: "boolean = false", smtp: { host: "string" } });
    expect(settings(schema, { files: [], env })()).toEqual(expected);
    expect(errorOf(settings(schema, { files: [], env: { PORT: "x" } })).message).toBe(
      "2 settings are wrong\n  PORT is not right: expected an integer (environment)\n  SMTP__HOST is not set",
    );
  });

  it("of Valibot", () => {
    const schema = toStandardJsonSchema(
      v.object({
        port: v.pipe(v.number(), v.integer()),
        debug: v.optional(v.boolean(), false),
        smtp: v.object({ host: v.string() }),
      }),
    );
    expect(settings(schema, { files: [], env })()).toEqual(expected);
    expect(errorOf(settings(schema, { files: [], env: {} })).message).toBe(
      "2 settings are wrong\n  PORT is not set\n  SMTP__HOST is not set",
    );
  });
});
