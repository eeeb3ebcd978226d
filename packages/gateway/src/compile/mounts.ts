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
  const {
    path: written,
    host,
    aliases: further = [],
  } = typeof mount === "string" ? { path: mount } : (mount ?? {});
  const [path, ...aliases] = [written, ...further].map((each) => (each === "/" ? "" : each));
  const hosts =
    host === undefined ? null : (typeof host === "string" ? [host] : host).map((each) => each.toLowerCase());
  const number = service.major ?? "1";
  if (version?.by === "path")
    return {
      prefix: `/${version.value ?? `v${number}`}${path ?? ""}`,
      hosts,
      aliases: aliases as string[],
      choice: null,
    };
  const choice: Choice | null =
    version === undefined
      ? null
      : {
          by: version.by,
          name:
            version.by === "header"
              ? (version.name ?? "api-version").toLowerCase()
              : (version.name ?? "version"),
          value: version.value ?? number,
          isDefault: version.default === true,
        };
  return {
    prefix: path ?? basePath,
    hosts,
    aliases: aliases as string[],
    choice,
  };
}
