import { secureUrl } from "./secure-url.ts";

interface Flow {
  /** Scopes that a client may ask for, each with what it allows. */
  readonly scopes?: Readonly<Record<string, string>>;
  /** Where a new token is got for an old one. An https address, or a path of this application. */
  readonly refreshUrl?: string;
}
interface TokenFlow extends Flow {
  /** Where tokens are got: an https address, or a path of this application such as "/token". */
  readonly tokenUrl: string;
}

/** The ways to a token (RFC 6749 §4, OpenAPI's OAuth Flows Object). */
export interface OAuthFlows {
  /** The person's own password, given to the application itself: only for an application and its own client. */
  readonly password?: TokenFlow;
  /** The person signs in at the authorization server, which sends them back with a code. With PKCE (RFC 7636). */
  readonly authorizationCode?: TokenFlow & {
    /** Where the person signs in: an https address, or a path of this application. */
    readonly authorizationUrl: string;
  };
  /** A program, by its own name and secret. */
  readonly clientCredentials?: TokenFlow;
}

const ADDRESSES = {
  password: ["tokenUrl"],
  authorizationCode: ["authorizationUrl", "tokenUrl"],
  clientCredentials: ["tokenUrl"],
} as const;

/** The flows as the document has them. Throws a `TypeError` for one that is none, or not to be trusted. */
export function flowsObject(flows: OAuthFlows): Record<string, Readonly<Record<string, unknown>>> {
  const entries = Object.entries(flows) as [string, TokenFlow | undefined][];
  if (entries.length === 0)
    throw new TypeError("oauth2 needs a flow: password, authorizationCode or clientCredentials");
  return Object.fromEntries(
    entries.flatMap(([name, flow]) => (flow === undefined ? [] : [[name, flowObject(name, flow)]])),
  );
}

function flowObject(name: string, flow: TokenFlow): Record<string, unknown> {
  if (name === "implicit")
    throw new TypeError(
      "the implicit flow is no more (RFC 9700 §2.1.2): tokens in addresses leak; use authorizationCode with PKCE",
    );
  if (!Object.hasOwn(ADDRESSES, name))
    throw new TypeError(`'${name}' is not a flow: password, authorizationCode and clientCredentials are`);
  const addresses: Record<string, string> = {};
  for (const key of ADDRESSES[name as keyof OAuthFlows])
    addresses[key] = address(`${key} of ${name}`, (flow as unknown as Record<string, unknown>)[key]);
  if (flow.refreshUrl !== undefined)
    addresses["refreshUrl"] = address(`refreshUrl of ${name}`, flow.refreshUrl);
  return { ...addresses, scopes: flow.scopes ?? {} };
}

/** A path is one of this application, wherever that is; anything else has to be https. */
function address(what: string, given: unknown): string {
  if (typeof given !== "string" || given === "") throw new TypeError(`oauth2 needs ${what}`);
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(given) || given.startsWith("//");
  return isAbsolute ? (secureUrl(what, given), given) : given;
}

/** Every scope of any flow. */
export function declaredScopes(flows: OAuthFlows): string[] {
  return [
    ...new Set(Object.values(flows).flatMap((flow: Flow | undefined) => Object.keys(flow?.scopes ?? {}))),
  ];
}
