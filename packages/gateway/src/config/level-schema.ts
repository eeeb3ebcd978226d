import { KINDS } from "../policies/kinds.ts";
import type { JsonSchema } from "../snapshot.ts";

type Properties = Readonly<Record<string, JsonSchema>>;

export const DURATION: JsonSchema = {
  type: ["string", "number"],
  format: "duration-or-seconds",
  description: "250ms, 30s, 5min, 1h, or seconds.",
};
export const SIZE: JsonSchema = {
  type: ["string", "number"],
  format: "size",
  description: "64KB, 1MB, or bytes.",
};
export const SHARE: JsonSchema = { type: ["string", "number"], format: "share", description: "20%, or 0.2." };
export const COUNT: JsonSchema = { type: "integer", minimum: 0 };
export const TEXT: JsonSchema = { type: "string" };
export const FLAG: JsonSchema = { type: "boolean" };
const DATE: JsonSchema = { type: "string", format: "date", description: "ISO 8601." };

export function object(
  properties: Properties,
  required: readonly string[] = [],
  description = "",
): JsonSchema {
  return {
    type: "object",
    ...(description === "" ? {} : { description }),
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** A schema with what it is for, and what holds where nothing is said. */
export function said(schema: JsonSchema, description: string, byDefault?: unknown): JsonSchema {
  const unit = (schema as { readonly description?: string }).description;
  return {
    ...(schema as object),
    description: unit === undefined ? description : `${description} ${unit}`,
    ...(byDefault !== undefined && { default: byDefault }),
  };
}

export function listOf(items: JsonSchema, minItems = 0): JsonSchema {
  return { type: "array", items, ...(minItems === 0 ? {} : { minItems }) };
}

export function anyOf(...choices: readonly JsonSchema[]): JsonSchema {
  return { anyOf: choices };
}

export const HOSTS: JsonSchema = anyOf(
  { type: "string", format: "host" },
  listOf({ type: "string", format: "host" }, 1),
);

const TIMEOUT = object(
  {
    connect: said(DURATION, "Until there is a connection, TLS included.", "2s"),
    firstByte: said(DURATION, "From the last byte of the request to the first of the reply.", "30s"),
    idle: said(DURATION, "Without any byte in the middle of a reply.", "60s"),
    total: said(DURATION, "Of everything until the reply's head, further attempts included. Default: none."),
  },
  [],
  "Time-outs of requests to the service; 504.",
);
const RETRY = anyOf(
  { const: false, title: "false" },
  object(
    {
      attempts: said({ type: "integer", minimum: 0, maximum: 10 }, "Further attempts after the first.", 1),
      statuses: said(
        listOf({ type: "integer", minimum: 500, maximum: 599 }),
        "Statuses that are tried again, besides connections that fail and time-outs.",
        [502, 503, 504],
      ),
      budget: said(
        anyOf(
          SHARE,
          object({
            ratio: said(SHARE, "Of the requests in flight.", "20%"),
            min: said(COUNT, "As many always may.", 3),
          }),
        ),
        "Share of the requests in flight that may be further attempts.",
      ),
      backoff: object(
        { base: said(DURATION, "Doubled at each.", "25ms"), max: said(DURATION, "At most.", "1s") },
        [],
        "A further attempt waits a random time below this, or as long as Retry-After says.",
      ),
      bodyLimit: said(SIZE, "Bytes of a request's body that are kept to send it again.", "64KB"),
      idempotencyKey: {
        type: "boolean",
        description:
          "POST and PATCH with an Idempotency-Key may be repeated as well: the service does once what is asked by one key.",
      },
    },
    [],
    "Further attempts of requests that may be repeated.",
  ),
);
const SUCCESSOR = said(
  TEXT,
  "What stands in its place: a path, an address, an operation, or a service for its operation of the same name.",
);
const DEPRECATED = said(
  anyOf(
    FLAG,
    object({
      since: said(DATE, "Deprecation (RFC 9745)."),
      sunset: said(DATE, "Sunset (RFC 8594)."),
      successor: SUCCESSOR,
      documentation: { type: "string", format: "uri", description: "An address with more about it." },
    }),
  ),
  "Replies say that it is going away, and so does the published document.",
);
const RETIRED = said(anyOf(FLAG, object({ successor: SUCCESSOR })), "It is gone: 410.");

/** What may be said of services, operations and everything between, besides policies. */
export const SETTING_SCHEMAS: Properties = {
  timeout: TIMEOUT,
  retry: RETRY,
  limits: object(
    {
      body: said(SIZE, "More is 413.", "1MB"),
      head: said(SIZE, "Request line and header fields; more is 431.", "16KB"),
    },
    [],
    "The largest requests.",
  ),
  deprecated: DEPRECATED,
  retired: RETIRED,
  internal: { type: "boolean", description: "Left out of the published document." },
};

const BIND: JsonSchema = {
  type: "object",
  description: "By the operation's input: where its value comes from.",
  additionalProperties: anyOf(TEXT, {
    ...(object({
      constant: { type: ["string", "number", "boolean"] },
      path: TEXT,
      query: TEXT,
      header: TEXT,
      cookie: TEXT,
    }) as object),
    minProperties: 1,
    maxProperties: 1,
  }),
};

export function aliasSchema(isInDocument: boolean): JsonSchema {
  const { deprecated, retired, internal } = SETTING_SCHEMAS as Record<string, JsonSchema>;
  return object(
    {
      path: { type: "string", pattern: "^/", title: "a path such as /old/{sku}", description: "/old/{sku}." },
      ...(isInDocument
        ? {}
        : {
            operation: {
              type: "string",
              title: "service:operationId",
              description: "Whose path it is too: service:operationId.",
            },
          }),
      host: said(HOSTS, "Where it is answered. Default: where the operation is."),
      bind: BIND,
      summary: said(TEXT, "In the published document. Default: the operation's."),
      deprecated: deprecated!,
      retired: retired!,
      internal: internal!,
    },
    isInDocument ? ["path"] : ["path", "operation"],
  );
}

/** The kinds of policies with what their options may be. `use: ./fraud.ts` is short for `use: { module: ./fraud.ts }`. */
export function kindSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    [...KINDS.values()].map(({ kind, schema }) => [
      kind,
      kind === "use" ? anyOf({ type: "string", title: "a module" }, schema) : schema,
    ]),
  );
}

let known: JsonSchema | undefined;

/** `x-waymark` at the root, a path item or an operation of a document. `false` takes back what a level above says. */
export function levelSchema(): JsonSchema {
  if (known !== undefined) return known;
  const kinds = kindSchemas();
  const orNone = Object.fromEntries(
    Object.entries(kinds).map(([kind, schema]) => [kind, anyOf({ const: false, title: "false" }, schema)]),
  );
  known = object({
    ...orNone,
    ...SETTING_SCHEMAS,
    aliases: listOf(aliasSchema(true)),
    policies: listOf({ ...(object(kinds) as object), minProperties: 1, maxProperties: 1 }),
  });
  return known;
}
