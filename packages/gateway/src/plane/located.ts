import { resolve } from "node:path";
import type { SecurityScheme, Service, Upstream } from "../snapshot.ts";

/**
 * A service whose files are found from anywhere. A snapshot names them as the configuration does, relative to its folder,
 * so that it is the same wherever that folder lies.
 */
export function located(service: Service, folder: string): Service {
  const at = <T extends string | null>(path: T): T => (path === null ? path : (resolve(folder, path) as T));
  const { upstream, securitySchemes } = service;
  const { discovery, tls } = upstream;
  return {
    ...service,
    upstream: {
      ...upstream,
      discovery: locatedDiscovery(discovery, at),
      tls: { ...tls, ca: at(tls.ca), cert: at(tls.cert), key: at(tls.key) },
    },
    securitySchemes: Object.fromEntries(
      Object.entries(securitySchemes).map(([name, scheme]) => [name, locatedScheme(scheme, at)]),
    ),
  };
}

function locatedDiscovery(
  discovery: Upstream["discovery"],
  at: (path: string) => string,
): Upstream["discovery"] {
  return "path" in discovery ? { ...discovery, path: at(discovery.path) } : discovery;
}

function locatedScheme(scheme: SecurityScheme, at: (path: string) => string): SecurityScheme {
  if (scheme.kind !== "jwt" || !("file" in scheme.keys)) return scheme;
  return { ...scheme, keys: { file: at(scheme.keys.file) } };
}
