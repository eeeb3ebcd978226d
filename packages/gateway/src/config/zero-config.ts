import { basename, dirname, relative, resolve } from "node:path";
import { glob } from "./glob.ts";
import type { GatewayConfig, ServiceConfig } from "./config.ts";
import { isAddress } from "../documents/resolve-file.ts";
import * as wrong from "../mistakes.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { Findings } from "../findings.ts";

/** Names that say nothing of the service: the folder's does. */
const PLAIN_NAMES: ReadonlySet<string> = new Set([
  "openapi",
  "swagger",
  "api",
  "spec",
  "index",
  "app",
  "main",
]);

/** What the command line says of every service, where no configuration can. */
export type ZeroOptions = Pick<ServiceConfig, "authentication">;

/**
 * The configuration that documents are enough for: a service for each file, pattern, address or `ts:` module, named after
 * it. Throws a `ConfigurationError` for patterns that match nothing, and for two services of one name.
 */
export async function zeroConfig(
  places: readonly string[],
  directory: string,
  options: ZeroOptions = {},
): Promise<GatewayConfig> {
  const findings = new Findings();
  const services: Record<string, ServiceConfig & { readonly spec: string }> = {};
  for (const place of places) {
    const found = await placesOf(place, directory);
    if (found.length === 0) findings.mistake(wrong.nothingMatches(place), null);
    for (const spec of found) {
      const names = isAddress(spec) ? namesOfAddress(new URL(spec)) : [serviceName(spec, directory)];
      const name =
        names.find((each) => services[each] === undefined || services[each].spec === spec) ?? names[0]!;
      const other = services[name];
      if (other === undefined) services[name] = { spec, ...options };
      else if (other.spec !== spec)
        findings.mistake(wrong.sameNameTwice(name, other.spec), { file: spec, line: null, pointer: "" });
    }
  }
  if (findings.mistakes.length > 0) throw new ConfigurationError(findings.mistakes);
  return { services };
}

async function placesOf(place: string, directory: string): Promise<readonly string[]> {
  if (isAddress(place)) return [place];
  if (place.startsWith("ts:")) return [place];
  if (/\.[cm]?[jt]s$/.test(place)) return [`ts:${place}`];
  if (!/[*?]/.test(place)) return [place];
  const files = await glob(place, directory);
  return files.map((file) => relative(directory, file));
}

function serviceName(spec: string, directory: string): string {
  const path = resolve(directory, spec.replace(/^ts:/, "").split("#", 1)[0]!);
  const name = basename(path)
    .replace(/\.(?:ya?ml|json|[cm]?[jt]s)$/i, "")
    .replace(/[.-](?:openapi|swagger)$/i, "");
  return slug(PLAIN_NAMES.has(name.toLowerCase()) ? basename(dirname(path)) : name);
}

/** The first that no other service has: of one machine the port says which is meant, of one port the path. */
function namesOfAddress({ hostname, port, protocol, pathname }: URL): string[] {
  const own = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  const path = slug(dirname(pathname).slice(1).replaceAll("/", "-"));
  const host = /^(?:127\.|\[::1\]|localhost$)/.test(hostname) ? "localhost" : hostname.replace(/[[\]]/g, "");
  const isNumber = /^[\d.]+$|:/.test(host);
  const names = isNumber || host === "localhost" ? [] : [host.split(".")[0]!, host];
  return [...names, `${host}-${own}`, `${host}-${own}-${path}`].map(slug);
}

function slug(text: string): string {
  return text.replace(/[^\w.-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "service";
}
