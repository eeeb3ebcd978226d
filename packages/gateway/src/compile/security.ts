import { isRecord, type Json, textsOf } from "../documents/record.ts";
import { follow } from "../documents/follow.ts";
import { shown } from "../documents/shown.ts";
import type { Spot } from "../documents/spot.ts";
import type { SchemeConfig } from "../config/config.ts";
import { checkAgainst } from "../config/check-schema.ts";
import { SCHEME_SCHEMA } from "../config/scheme-schema.ts";
import { parseDuration } from "../config/units.ts";
import * as wrong from "../mistakes.ts";
import type { Operation, SecurityScheme } from "../snapshot.ts";
import { allowedHosts, keysLeadInside } from "./leads-inside.ts";
import type { ServiceReading } from "./service-reading.ts";

const ALGORITHMS: readonly string[] = ["RS256", "PS256", "ES256", "EdDSA"];
const LEEWAY = 30_000;

/** The security schemes that operations ask for: one that nobody asks for may be anything. */
export function readSchemes(
  reading: ServiceReading,
  used: ReadonlySet<string>,
): Record<string, SecurityScheme> {
  return Object.fromEntries(
    [...used].sort().flatMap((name) => {
      const written = reading.scheme(name);
      const spot = written && follow(written, reading.findings);
      const scheme = spot && readScheme(name, spot, reading);
      return scheme === undefined ? [] : [[name, scheme]];
    }),
  );
}

function readScheme(name: string, spot: Spot, reading: ServiceReading): SecurityScheme | undefined {
  const { findings, name: service } = reading;
  if (!isRecord(spot.value))
    return findings.mistake(wrong.wrongPart(shown(spot.value), "a security scheme"), spot.origin);
  const { type } = spot.value;
  switch (type) {
    case "apiKey":
      return apiKey(spot, spot.value, reading);
    case "http":
      return http(name, spot, spot.value, reading);
    case "oauth2":
    case "openIdConnect":
      return jwt(name, spot, spot.value, reading);
    case "mutualTLS":
      return { kind: "clientCertificate" };
    default:
      return findings.mistake(
        wrong.unsupportedScheme(name, `of the type ${shown(type)}`, service),
        spot.origin,
      );
  }
}

function apiKey(
  spot: Spot,
  { in: place, name }: Json,
  { findings }: ServiceReading,
): SecurityScheme | undefined {
  if (typeof name !== "string" || (place !== "header" && place !== "query" && place !== "cookie"))
    return findings.mistake(
      wrong.wrongPart(
        shown({ in: place, name }),
        "the place of a key: `in: header, query or cookie` and its `name`",
      ),
      spot.origin,
    );
  return { kind: "apiKey", in: place, name };
}

function http(name: string, spot: Spot, value: Json, reading: ServiceReading): SecurityScheme | undefined {
  const scheme = typeof value["scheme"] === "string" ? value["scheme"].toLowerCase() : undefined;
  if (scheme === "basic") return { kind: "basic" };
  if (scheme === "bearer") return jwt(name, spot, value, reading);
  return reading.findings.mistake(
    wrong.unsupportedScheme(name, `of the scheme ${shown(value["scheme"])}`, reading.name),
    spot.origin,
  );
}

function jwt(name: string, spot: Spot, value: Json, reading: ServiceReading): SecurityScheme | undefined {
  const { findings, name: service } = reading;
  const own = spot.get("x-waymark");
  if (own.value !== undefined && !checkAgainst(SCHEME_SCHEMA, own, findings)) return undefined;
  const said = reading.schemeConfig(name);
  const given = together(own.value as SchemeConfig | undefined, said?.config);
  const found = keysOf(given, value);
  if (found === undefined) return findings.mistake(wrong.noIssuer(name, service), spot.origin);
  const { keys, member } = found;
  const address = "jwks" in keys ? keys.jwks : "discovery" in keys ? keys.discovery : undefined;
  // The platform's own word; what else the configuration says of the scheme makes no address of the document one.
  const isConfigured =
    (member !== undefined && said?.config[member] !== undefined) || said?.config.type !== undefined;
  const origin = isConfigured ? said!.spot.origin : spot.origin;
  if (address !== undefined && !URL.canParse(address))
    return findings.mistake(wrong.wrongPart(shown(address), "an address with https://"), origin);
  const url = address === undefined ? undefined : new URL(address);
  if (url !== undefined && (url.username !== "" || url.password !== ""))
    return findings.mistake(wrong.wrongPart("an address with a user or a password", "one without"), origin);
  if (url !== undefined && !isConfigured && keysLeadInside(url, reading))
    return findings.mistake(wrong.addressNotAllowed(url.href), origin);
  if (address?.startsWith("http:") === true) findings.warn(wrong.plainAddress(address), origin);
  return {
    kind: "jwt",
    issuer: given.issuer ?? null,
    audiences: given.audiences ?? [],
    algorithms: given.algorithms ?? ALGORITHMS,
    keys,
    allowHosts: url === undefined ? [] : hostsFor(url, isConfigured, reading),
    leeway: parseDuration(given.leeway) ?? LEEWAY,
    scopeClaim: given.scopeClaim ?? "scope",
  };
}

/** Where the configuration says whose tokens are believed, the document says nothing of where keys are. */
function together(own: SchemeConfig = {}, platform: SchemeConfig = {}): SchemeConfig {
  const said = [platform.keys, platform.jwks, platform.discovery, platform.issuer];
  if (said.every((each) => each === undefined)) return { ...own, ...platform };
  const { keys: _, jwks: __, discovery: ___, ...rest } = own;
  return { ...rest, ...platform };
}

/** What the configuration names may be inside, and so may what that document leads to at the same host. */
function hostsFor(url: URL, isConfigured: boolean, reading: ServiceReading): string[] {
  const isTrusted = isConfigured || reading.application !== undefined;
  return [...new Set([...(isTrusted ? [url.hostname] : []), ...allowedHosts(reading)])];
}

interface FoundKeys {
  readonly keys: Extract<SecurityScheme, { kind: "jwt" }>["keys"];
  /** Of the scheme's settings the one that led there; undefined: the document's own word for it. */
  readonly member: "keys" | "jwks" | "discovery" | "issuer" | undefined;
}

function keysOf(
  given: SchemeConfig,
  { type, openIdConnectUrl, oauth2MetadataUrl }: Json,
): FoundKeys | undefined {
  const { keys, jwks, discovery, issuer } = given;
  if (keys !== undefined) return { keys: { file: keys }, member: "keys" };
  if (jwks !== undefined) return { keys: { jwks }, member: "jwks" };
  if (discovery !== undefined) return { keys: { discovery }, member: "discovery" };
  if (issuer !== undefined) {
    const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    return { keys: { discovery: address }, member: "issuer" };
  }
  if (type === "openIdConnect" && typeof openIdConnectUrl === "string")
    return { keys: { discovery: openIdConnectUrl }, member: undefined };
  // OpenAPI 3.2 §4.29.1
  if (type === "oauth2" && typeof oauth2MetadataUrl === "string")
    return { keys: { discovery: oauth2MetadataUrl }, member: undefined };
  return undefined;
}

/**
 * What an operation asks for: its own `security`, else what the configuration says of the service, else the document's. Where
 * the service checks credentials itself, what the configuration says is asked for besides.
 */
export function readSecurity(operation: Spot, reading: ServiceReading): Operation["security"] {
  const configured = reading.written.get("security");
  if (reading.config.authentication === "upstream") return requirementsOf(configured, reading);
  const written = [operation.get("security"), configured, reading.root.get("security")];
  return requirementsOf(
    written.find(({ value }) => value !== undefined),
    reading,
  );
}

/** A list of security requirements, by the schemes of a service. */
export function requirementsOf(spot: Spot | undefined, reading: ServiceReading): Operation["security"] {
  if (spot?.value === undefined) return [];
  if (Array.isArray(spot.value)) return spot.items().map((item) => requirement(item, reading));
  reading.findings.mistake(
    wrong.wrongPart(shown(spot.value), "a list of security requirements"),
    spot.origin,
  );
  return [];
}

function requirement(item: Spot, reading: ServiceReading): Readonly<Record<string, readonly string[]>> {
  const { findings } = reading;
  if (!isRecord(item.value))
    findings.mistake(wrong.wrongPart(shown(item.value), "a security requirement"), item.origin);
  // As own members: by a plain assignment a scheme called `__proto__` would be none, and what asks for it public.
  return Object.fromEntries(
    item.members().map(([name, scopes]) => {
      if (reading.scheme(name) === undefined)
        findings.mistake(wrong.unknownScheme(name, reading.schemeNames), scopes.origin);
      return [name, textsOf(scopes.value)];
    }),
  );
}
