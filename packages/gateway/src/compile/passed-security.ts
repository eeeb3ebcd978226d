import { isRecord, type Json, textsOf } from "../documents/record.ts";
import { follow } from "../documents/follow.ts";
import type { Spot } from "../documents/spot.ts";
import { hasHost, isInsideHost } from "../inside-network.ts";
import type { Operation, PassedScheme, Service } from "../snapshot.ts";
import { Findings } from "../findings.ts";
import { mountOf } from "./mounts.ts";
import type { ServiceReading } from "./service-reading.ts";

type Requirements = Operation["security"];

/**
 * What a service asks for that checks credentials by itself (`authentication: upstream`), for the published document: its
 * clients have to know. Nothing of it is checked here, so nothing in it is a mistake either.
 */
export function passedSecurity(
  operation: Spot,
  reading: ServiceReading,
): { readonly passedSecurity?: Requirements } {
  if (reading.config.authentication !== "upstream") return {};
  const own = operation.get("security");
  const { value } = own.value === undefined ? reading.root.get("security") : own;
  if (!Array.isArray(value)) return {};
  const schemes = reading.root.get("components").get("securitySchemes");
  const asked = value
    .filter(isRecord)
    // Without one of its schemes a requirement would say less than there is.
    .filter((each) => Object.keys(each).every((name) => typeOf(schemes.get(name)) !== undefined));
  return asked.length === 0
    ? {}
    : {
        passedSecurity: asked.map((each) =>
          Object.fromEntries(Object.entries(each).map(([name, scopes]) => [name, textsOf(scopes)])),
        ),
      };
}

const TYPES: ReadonlySet<unknown> = new Set(["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]);

function typeOf(written: Spot): string | undefined {
  // Nobody is told of what is wrong here.
  const value = follow(written, new Findings())?.value;
  return isRecord(value) && TYPES.has(value["type"]) ? (value["type"] as string) : undefined;
}

/** The schemes of those requirements as an OpenAPI document has them, with addresses that are for clients. */
export function passedSchemes(
  reading: ServiceReading,
  service: Service,
  used: ReadonlySet<string>,
): { readonly passedSchemes?: Readonly<Record<string, PassedScheme>> } {
  if (reading.config.authentication !== "upstream" || used.size === 0) return {};
  const addresses = new PublicAddresses(reading, service);
  const written = reading.root.get("components").get("securitySchemes");
  return {
    passedSchemes: Object.fromEntries(
      [...used].toSorted().map((name) => {
        const value = follow(written.get(name), new Findings())?.value;
        return [name, schemeOf(isRecord(value) ? value : {}, addresses)];
      }),
    ),
  };
}

function schemeOf(value: Json, addresses: PublicAddresses): PassedScheme {
  const told = texts(value, ["description"]);
  const bearer = { type: "http", scheme: "bearer", ...told };
  switch (value["type"]) {
    case "apiKey":
      return { type: "apiKey", ...texts(value, ["in", "name"]), ...told };
    case "http":
      return { type: "http", ...texts(value, ["scheme", "bearerFormat"]), ...told };
    case "mutualTLS":
      return { type: "mutualTLS", ...told };
    case "openIdConnect": {
      const url = addresses.publicOf(value["openIdConnectUrl"]);
      return url === undefined ? bearer : { type: "openIdConnect", openIdConnectUrl: url, ...told };
    }
    default: {
      const flows = flowsOf(value["flows"], addresses);
      return Object.keys(flows).length === 0 ? bearer : { type: "oauth2", flows, ...told };
    }
  }
}

function texts(value: Json, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (typeof value[name] === "string" ? [[name, value[name]]] : [])),
  );
}

/** RFC 6749, RFC 8628: what each needs. One whose addresses are not for clients is none. */
const FLOWS: Readonly<Record<string, readonly string[]>> = {
  implicit: ["authorizationUrl"],
  password: ["tokenUrl"],
  clientCredentials: ["tokenUrl"],
  authorizationCode: ["authorizationUrl", "tokenUrl"],
};

function flowsOf(value: unknown, addresses: PublicAddresses): Json {
  const flows: Record<string, unknown> = {};
  for (const [name, needed] of Object.entries(FLOWS)) {
    const flow = isRecord(value) ? value[name] : undefined;
    if (!isRecord(flow)) continue;
    const urls = [...needed, "refreshUrl"].map((key) => [key, addresses.publicOf(flow[key])] as const);
    if (urls.some(([key, url]) => url === undefined && needed.includes(key))) continue;
    flows[name] = {
      ...Object.fromEntries(urls.filter(([, url]) => url !== undefined)),
      scopes: isRecord(flow["scopes"]) ? flow["scopes"] : {},
    };
  }
  return flows;
}

/** Addresses of a document as clients of the gateway can use them. */
class PublicAddresses {
  readonly #reading: ServiceReading;
  readonly #service: Service;

  constructor(reading: ServiceReading, service: Service) {
    this.#reading = reading;
    this.#service = service;
  }

  /** Undefined for what is no address, leads inside, or to a place of the service that the gateway has no path for. */
  publicOf(value: unknown): string | undefined {
    const { basePath, discovery } = this.#service.upstream;
    const base = `http://relative.invalid${basePath === "" ? "/" : basePath}`;
    if (typeof value !== "string" || !URL.canParse(value, base)) return undefined;
    const url = new URL(value, base);
    const isOwn =
      url.hostname === "relative.invalid" ||
      (discovery.kind === "static" && discovery.targets.some(({ origin }) => origin === url.origin));
    if (isOwn) return this.#pathOf(url);
    const { allowHosts = [] } = this.#reading.config;
    const isForClients =
      /^https?:$/.test(url.protocol) &&
      url.username === "" &&
      (!isInsideHost(url.hostname) || hasHost(allowHosts, url.hostname));
    return isForClients ? url.href : undefined;
  }

  #pathOf({ pathname, search }: URL): string | undefined {
    const { basePath } = this.#service.upstream;
    const { prefix } = mountOf(this.#reading.config, this.#service, basePath);
    return pathname.startsWith(`${basePath}/`)
      ? `${prefix}${pathname.slice(basePath.length)}${search}`
      : undefined;
  }
}
