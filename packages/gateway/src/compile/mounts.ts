import type { ServiceConfig } from "../config/config.ts";
import type { Choice, Service } from "../snapshot.ts";

/** Where a service's paths are for the public. */
export interface Mount {
  /** "/shop"; "" for nothing. */
  readonly prefix: string;
  readonly hosts: readonly string[] | null;
  /** Further prefixes, whose operations are aliases. */
  readonly aliases: readonly string[];
  readonly choice: Choice | null;
}

/** `basePath` is the upstream's: the public finds a service where its document says that it is. */
export function mountOf({ mount, version }: ServiceConfig, service: Service, basePath: string): Mount {
  const { path, host, aliases = [] } = typeof mount === "string" ? { path: mount } : (mount ?? {});
  const number = service.major ?? "1";
  const place = {
    hosts: host === undefined ? null : hostsOf(host),
    aliases: aliases.map(prefixOf),
  };
  if (version?.by === "path")
    return { ...place, prefix: `/${version.value ?? `v${number}`}${prefixOf(path ?? "")}`, choice: null };
  const prefix = path === undefined ? basePath : prefixOf(path);
  if (version === undefined) return { ...place, prefix, choice: null };
  const { by, value = number } = version;
  const name = by === "header" ? (version.name ?? "api-version").toLowerCase() : (version.name ?? "version");
  return { ...place, prefix, choice: { by, name, value, isDefault: version.default === true } };
}

/** "/" is the root as well. */
function prefixOf(path: string): string {
  return path === "/" ? "" : path;
}

/** Hosts are compared in lower case. */
export function hostsOf(host: string | readonly string[]): readonly string[] {
  return (typeof host === "string" ? [host] : host).map((each) => each.toLowerCase());
}
