import { isAddress } from "../documents/resolve-file.ts";
import { memberOf } from "../documents/pointer.ts";
import { isRecord } from "../documents/record.ts";
import { shown } from "../documents/shown.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import { leadsInside } from "./leads-inside.ts";
import type { ServiceReading } from "./service-reading.ts";

/** Where a server object leads. */
export interface ServerAddress {
  /** `https://api.example.com`; undefined where the address is relative to one that is not known. */
  readonly origin: string | undefined;
  /** "/v2"; "" for nothing. */
  readonly path: string;
}

/** Where the whole service runs. A document without servers means "/" (OpenAPI 3.1 §4.8.1): it runs where the document was found. */
export function serviceAddress(reading: ServiceReading): ServerAddress | undefined {
  const servers = reading.root.get("servers");
  const { base } = reading.root.file;
  const isSilent =
    servers.value === undefined || (Array.isArray(servers.value) && servers.value.length === 0);
  if (isSilent && isAddress(base)) return { origin: new URL(base).origin, path: "" };
  return serverAddress(servers, reading);
}

/** The first of a list of servers; undefined where there is none, or where it was said what is wrong with it. */
export function serverAddress(servers: Spot, reading: ServiceReading): ServerAddress | undefined {
  const { findings } = reading;
  if (servers.value === undefined) return undefined;
  const [server] = servers.items();
  if (server === undefined) return undefined;
  const url = server.get("url");
  if (typeof url.value !== "string")
    return findings.mistake(wrong.wrongPart(shown(url.value), "a server's address"), url.origin);
  const text = withVariables(url.value, server.get("variables"), reading);
  return text === undefined ? undefined : parseAddress(text, url, reading);
}

function parseAddress(text: string, spot: Spot, reading: ServiceReading): ServerAddress | undefined {
  const { findings, root } = reading;
  const { base } = root.file;
  const whole = text.trim().replace(/^ws(s?):/i, "http$1:");
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(whole) && !isAddress(base)) return relative(whole, spot, findings);
  try {
    const url = new URL(whole, isAddress(base) ? base : undefined);
    const fault =
      url.protocol !== "http:" && url.protocol !== "https:"
        ? "it is neither http nor https"
        : url.username !== "" || url.password !== ""
          ? "it holds credentials"
          : url.search !== "" || url.hash !== ""
            ? "it has a query or a fragment"
            : undefined;
    if (fault !== undefined)
      return findings.mistake(wrong.wrongPart(`'${text}'`, `a server's address (${fault})`), spot.origin);
    if (leadsInside(url, reading)) return findings.mistake(wrong.addressNotAllowed(text), spot.origin);
    return { origin: url.origin, path: withoutSlash(url.pathname) };
  } catch {
    return findings.mistake(wrong.wrongPart(`'${text}'`, "a server's address"), spot.origin);
  }
}

function relative(text: string, spot: Spot, findings: ServiceReading["findings"]): ServerAddress | undefined {
  if (
    text.startsWith("//") ||
    /[?#]/.test(text) ||
    (text !== "" && !text.startsWith("/") && !text.startsWith("."))
  )
    return findings.mistake(
      wrong.wrongPart(`'${text}'`, "a server's address with https:// in front"),
      spot.origin,
    );
  return { origin: undefined, path: withoutSlash(new URL(text, "http://relative.invalid/").pathname) };
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, "");
}

/** `{name}` by the configuration, by the environment's `SERVICE_NAME`, by the default of the document. */
function withVariables(url: string, variables: Spot, reading: ServiceReading): string | undefined {
  let isComplete = true;
  const text = url.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = variableOf(name, variables.get(name), reading);
    if (value === undefined) isComplete = false;
    return value ?? "";
  });
  return isComplete ? text : undefined;
}

function variableOf(name: string, spot: Spot, reading: ServiceReading): string | undefined {
  const { config, environment, findings } = reading;
  const given = memberOf(config.variables, name) ?? environment[environmentName(`${reading.name}_${name}`)];
  const value = given ?? (isRecord(spot.value) ? spot.value["default"] : undefined);
  if (typeof value !== "string" && typeof value !== "number")
    return findings.mistake(wrong.wrongServerVariable(name, "has no value and no default"), spot.origin);
  const allowed = isRecord(spot.value) ? spot.value["enum"] : undefined;
  if (given !== undefined && Array.isArray(allowed) && !allowed.includes(given))
    return findings.mistake(
      wrong.wrongServerVariable(name, `may not be ${shown(given)}, only ${shown(allowed)}`),
      spot.origin,
    );
  return String(value);
}

function environmentName(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}
