import { askedNames, namesLine, originRule, type Exchange } from "waymark/internal";
import type { Call, EarlyReply, PolicyKind, Step } from "../call.ts";
import { faultOf, flag, optionsSchema, texts } from "./options.ts";

export interface CorsOptions {
  readonly origins: string | readonly string[];
  readonly methods?: readonly string[];
  readonly headers?: readonly string[];
  readonly exposed?: readonly string[];
  readonly credentials?: boolean;
  readonly maxAge?: number;
  readonly privateNetwork?: boolean;
}

const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

const SCHEMA = optionsSchema(
  "Lets pages of other origins read the replies (https://fetch.spec.whatwg.org/#http-cors-protocol). The gateway answers their preflights, and what the upstream says of CORS is dropped.",
  {
    origins: {
      description:
        'Whose pages may read: "*" for everybody\'s, an origin such as "https://example.com", "https://*.example.com" for all below it, or several of these.',
      anyOf: [{ type: "string" }, { type: "array", items: { type: "string" }, minItems: 1 }],
    },
    methods: texts("Methods that such pages may use. Default: the usual ones, and the operation's own."),
    headers: texts(
      "Request fields that such pages may send beside those that need no permission. Default: what they ask for.",
    ),
    exposed: texts("Reply fields that such pages may read beside those that need no permission."),
    credentials: flag('Whether browsers may send cookies along. Not with origins "*".', false),
    maxAge: {
      type: "integer",
      minimum: 0,
      default: 600,
      description: "Seconds that a browser may remember a permission.",
    },
    privateNetwork: flag("Whether pages of public addresses may reach a private one.", false),
  },
  ["origins"],
);

/** The kind `cors`: preflights answered by the gateway, and fields on every reply, errors included. */
export const corsKind: PolicyKind = {
  kind: "cors",
  phase: "cors",
  schema: SCHEMA,
  isSingle: true,
  check: faultOf((options: CorsOptions) => corsStep(options, "GET")),
  step: (options: CorsOptions, { operation }) => corsStep(options, operation.method),
};

const NO_CONTENT: EarlyReply = { status: 204, contentType: null, body: null };

/** What an upstream says of CORS: only one of the two can be right, and it is the gateway's. */
const FIELDS = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-expose-headers",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-max-age",
];
const PRIVATE = "access-control-request-private-network";

function corsStep(options: CorsOptions, method: string): Step {
  const { credentials = false, maxAge = 600, headers, privateNetwork = false } = options;
  const rule = originRule(originsOf(options.origins), credentials);
  // Text and patterns alone: such a rule has its answer at once.
  const isAllowed = (exchange: Exchange, origin: string): boolean =>
    rule(origin, undefined as never) === true;
  const isForAll = options.origins === "*" || (Array.isArray(options.origins) && options.origins[0] === "*");
  const exposed = namesLine("exposed", options.exposed ?? [], credentials);
  const methods = namesLine(
    "methods",
    options.methods ?? [...METHODS, ...(METHODS.includes(method) ? [] : [method])],
    credentials,
  );
  const accepted = headers === undefined ? undefined : namesLine("headers", headers, credentials);

  const permit = (fields: Map<string, string | null>, origin: string): void => {
    fields.set("access-control-allow-origin", isForAll ? "*" : origin);
    if (credentials) fields.set("access-control-allow-credentials", "true");
  };

  const preflight = (exchange: Exchange): ReadonlyMap<string, string> => {
    const fields = new Map<string, string>();
    const origin = exchange.header("origin");
    fields.set("vary", preflightVary(isForAll, privateNetwork));
    if (origin === undefined || !isAllowed(exchange, origin)) return fields;
    permit(fields as Map<string, string | null>, origin);
    fields.set("access-control-allow-methods", methods);
    fields.set("access-control-max-age", String(maxAge));
    const allowed = accepted ?? askedNames(exchange.header("access-control-request-headers") ?? "");
    if (allowed !== "") fields.set("access-control-allow-headers", allowed);
    if (privateNetwork && exchange.header(PRIVATE) === "true")
      fields.set("access-control-allow-private-network", "true");
    return fields;
  };
  const isOptions = method === "OPTIONS";

  return {
    phase: "cors",
    kind: "cors",
    needs: [],
    run({ exchange, replyHeaders }: Call): EarlyReply | undefined {
      for (const name of FIELDS) replyHeaders.set(name, null);
      // OPTIONS may be an operation of the document; what a browser asks by it first is the gateway's to answer all the same.
      if (isOptions && exchange.header("access-control-request-method") !== undefined) {
        for (const [name, value] of preflight(exchange)) replyHeaders.set(name, value);
        return NO_CONTENT;
      }
      if (!isForAll) addVary(replyHeaders, "Origin");
      const origin = exchange.header("origin");
      if (origin === undefined) {
        if (isForAll) replyHeaders.set("access-control-allow-origin", "*");
        return undefined;
      }
      if (!isAllowed(exchange, origin)) return undefined;
      permit(replyHeaders, origin);
      if (exposed !== "") replyHeaders.set("access-control-expose-headers", exposed);
      return undefined;
    },
    preflight,
  };
}

function preflightVary(isForAll: boolean, privateNetwork: boolean): string {
  const names = ["Access-Control-Request-Method", "Access-Control-Request-Headers"];
  if (!isForAll) names.unshift("Origin");
  if (privateNetwork) names.push("Access-Control-Request-Private-Network");
  return names.join(", ");
}

/** Says that the reply depends on a request field, beside what other steps said of it. */
function addVary(fields: Map<string, string | null>, name: string): void {
  const said = fields.get("vary");
  fields.set("vary", said === undefined || said === null ? name : `${said}, ${name}`);
}

/** `https://*.example.com` as the pattern of every origin below it. */
function originsOf(given: string | readonly string[]): (string | RegExp)[] {
  const list = typeof given === "string" ? [given] : [...given];
  return list.map((origin) => {
    const [, scheme, rest] = /^(https?):\/\/\*\.([^*]+)$/.exec(origin) ?? [];
    if (scheme === undefined || rest === undefined) return origin;
    return new RegExp(`${scheme}://(?:[a-z0-9-]+\\.)+${rest.replace(/[.\\+?()[\]{}|^$]/g, "\\$&")}`);
  });
}
