// One application with every place, style and kind of schema there is: its document says neither more nor less than it does.
import { type } from "arktype";
import { expect, test } from "vitest";
import {
  App,
  body,
  content,
  cookie,
  empty,
  endpoint,
  event,
  events,
  file,
  files,
  form,
  header,
  HttpError,
  jsonLines,
  path,
  query,
  reply,
} from "waymark";
import { basic } from "waymark/security";
import { fuzzContract } from "waymark/testing";
import { z } from "zod";

const app = new App({ logger: { error: () => undefined, warn: () => undefined } });

const Everything = z.object({
  text: z.string().min(2).max(10),
  email: z.email(),
  uuid: z.uuid(),
  url: z.url(),
  date: z.iso.date(),
  instant: z.iso.datetime(),
  time: z.iso.time(),
  duration: z.iso.duration().optional(),
  ipv4: z.ipv4(),
  ipv6: z.ipv6(),
  base64: z.base64(),
  base64url: z.base64url(),
  number: z.number().min(-1.5).lt(10),
  integer: z.int().gt(0).lte(5),
  cents: z.number().multipleOf(0.01),
  fives: z.int().multipleOf(5),
  kind: z.enum(["a", "b"]),
  literal: z.literal([1, "x", true]),
  nothing: z.null(),
  nullable: z.string().nullable(),
  optional: z.string().optional(),
  defaulted: z.int().default(3),
  list: z.array(z.int()).min(1).max(3),
  tuple: z.tuple([z.string(), z.int()]).rest(z.boolean()),
  dictionary: z.record(z.string(), z.int()),
  known: z.record(z.enum(["k1", "k2"]), z.int()).optional(),
  union: z.union([z.string(), z.int(), z.object({ k: z.literal("a") })]),
  shape: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("circle"), radius: z.number() }),
    z.object({ kind: z.literal("square"), side: z.int() }),
  ]),
  both: z.intersection(z.object({ a: z.int() }), z.object({ b: z.string() })),
  pattern: z.string().regex(/^[A-Z]{3}-\d{2,4}$/),
  begins: z.string().startsWith("ab").optional(),
  looks: z
    .string()
    .regex(/^(?!x)[a-z]+$/)
    .optional(),
  nanoid: z.nanoid().optional(),
  ulid: z.ulid().optional(),
  phone: z.e164().optional(),
  strict: z.strictObject({ a: z.int() }),
  loose: z.looseObject({ a: z.int() }),
  catchall: z.object({ a: z.int() }).catchall(z.string()).optional(),
  any: z.any(),
  length: z
    .string()
    .transform((text) => text.length)
    .pipe(z.number())
    .optional(),
  small: z.int32().optional(),
  flag: z.boolean(),
});
const Shown = Everything.pick({
  text: true,
  integer: true,
  shape: true,
  tuple: true,
  nullable: true,
  dictionary: true,
});

interface Tree {
  value: number;
  kids: Tree[];
  next?: Tree | undefined;
}
const Tree: z.ZodType<Tree> = z
  .object({
    value: z.int(),
    get kids() {
      return z.array(Tree);
    },
    get next() {
      return Tree.optional();
    },
  })
  .meta({ id: "Tree" });

app.post(
  "/everything",
  endpoint({ name: "everything", input: { all: body(Everything) }, output: Shown }, ({ all }) => all),
);
app.post(
  "/tree",
  endpoint({ name: "tree", input: { tree: body(Tree) }, output: Tree }, ({ tree }) => tree),
);
app.post(
  "/keyed",
  endpoint(
    {
      name: "keyed",
      input: { a: body(z.int()), b: body(z.object({ x: z.string() })), c: body(z.string().optional()) },
    },
    (all) => all,
  ),
);
app.post(
  "/optional",
  endpoint(
    { name: "optional", input: { a: body(z.object({ x: z.int() }).optional()) } },
    ({ a }) => a ?? null,
  ),
);
const ArkThing = type({
  name: "string >= 2",
  "age?": "number.integer >= 0",
  tags: "string[] <= 3",
  kind: "'a'|'b'",
  "when?": "string.date.iso",
});
app.post(
  "/ark",
  endpoint({ name: "ark", input: { thing: body(ArkThing) } }, ({ thing }) => thing),
);

app.get(
  "/wire/{id}/{rest:path}",
  endpoint(
    {
      name: "wire",
      input: {
        id: path(z.int().min(1)),
        rest: path(z.string()),
        flag: query(z.boolean().optional()),
        number: query(z.number().optional()),
        kind: query(z.enum(["x", "y"]).default("x")),
        list: query(z.array(z.int()).default([])),
        few: query(z.array(z.string()).optional(), { explode: false }),
        piped: query(z.array(z.int()).optional(), { style: "pipeDelimited" }),
        deep: query(z.object({ a: z.int(), t: z.array(z.string()).optional() }).optional(), {
          style: "deepObject",
        }),
        page: query(z.object({ size: z.int().default(5), sort: z.string().optional() }), {
          style: "deepObject",
        }),
        flat: query(z.object({ from: z.int(), to: z.int().optional() }), { style: "form" }),
        either: query(z.union([z.int(), z.boolean()]).optional()),
        textOrNumber: query(z.union([z.string().max(3), z.int()]).optional()),
        literal: query(z.literal(5).optional()),
        uuid: query(z.uuid().optional()),
        nullable: query(z.int().nullable().optional()),
        short: query(z.string().min(1).max(5).optional()),
        xCount: header(z.int()),
        xList: header(z.array(z.int()).optional()),
        count: cookie(z.int().optional()),
      },
    },
    (all) => all,
  ),
);
app.get(
  "/parts/{name}.{ext}",
  endpoint(
    { name: "parted", input: { name: path(z.string()), ext: path(z.enum(["json", "xml"])) } },
    (all) => all,
  ),
);
app.get(
  "/group",
  endpoint(
    {
      name: "group",
      input: {
        page: query.all(
          z.strictObject({ a: z.int().min(5), b: z.string().optional(), l: z.array(z.string()).optional() }),
        ),
        fields: header.all(z.object({ xTotal: z.int() })),
      },
    },
    (all) => all,
  ),
);
app.post(
  "/form",
  endpoint(
    {
      name: "form",
      input: {
        a: form(z.int()),
        s: form(z.string().min(1)),
        l: form(z.array(z.int()).optional()),
        b: form(z.boolean().optional()),
        o: form(z.object({ x: z.int() }).optional()),
        d: form(z.object({ x: z.int().optional() }), { style: "deepObject" }),
        e: form(z.enum(["p", "q"]).optional()),
      },
    },
    (all) => all,
  ),
);
app.post(
  "/form/closed",
  endpoint(
    { name: "closed", input: { all: form.all(z.strictObject({ a: z.int(), s: z.string().optional() })) } },
    ({ all }) => all,
  ),
);
app.post(
  "/upload",
  endpoint(
    {
      name: "upload",
      input: {
        image: file({ accept: ["image/*"], maxSize: 100 }),
        more: files({ min: 1, max: 3 }),
        title: form(z.string()),
      },
    },
    ({ title }) => title,
  ),
);
app.post(
  "/text",
  endpoint({ name: "text", input: { text: body.text() } }, ({ text }) => text.length),
);
app.post(
  "/bytes",
  endpoint({ name: "bytes", input: { bytes: body.bytes() } }, ({ bytes }) => bytes.length),
);

app.get(
  "/events",
  endpoint({ name: "events", output: events(z.object({ n: z.int() })) }, async function* () {
    yield event({ data: { n: 1 }, id: "1", event: "first" });
    yield { n: 2 };
  }),
);
app.get(
  "/lines",
  endpoint({ name: "lines", output: jsonLines(z.object({ n: z.int() })) }, async function* () {
    yield { n: 1 };
    yield { n: 2 };
  }),
);
app.get(
  "/replies",
  endpoint(
    {
      name: "replies",
      input: { which: query(z.enum(["a", "b", "c"])) },
      output: { 200: z.object({ a: z.int() }), 202: empty },
      errors: { 409: { description: "Too many", schema: z.object({ most: z.int() }) } },
    },
    ({ which }) => {
      if (which === "a") return { a: 1 };
      return which === "b" ? reply(202) : HttpError.throw(409, "Too many", { members: { most: 3 } });
    },
  ),
);
app.get(
  "/html",
  endpoint({ name: "html", output: content("text/html") }, () => "<b>"),
);
app.get(
  "/png",
  endpoint({ name: "png", output: content("image/png") }, () => Uint8Array.of(1, 2)),
);
app.get(
  "/guarded",
  endpoint({ name: "guarded", input: { user: basic() }, output: z.string() }, ({ user }) => user.username),
);

test("an application with everything does what its document says", { timeout: 120_000 }, async () => {
  const credentials = { basic: { username: "ada", password: "analytical" } };
  const report = await fuzzContract(app, { credentials });
  expect(report.skipped).toEqual([]);
  for (const { operation, valid, invalid, statuses } of report.operations) {
    expect(valid + invalid, operation).toBeGreaterThanOrEqual(100);
    expect(
      Object.keys(statuses).some((status) => status.startsWith("2")),
      operation,
    ).toBe(true);
  }
});
