import type { Service } from "../snapshot.ts";
import { mountOf } from "./mounts.ts";
import type { ServerAddress } from "./server-address.ts";
import type { ServiceReading } from "./service-reading.ts";

/**
 * Where a service of a document also says that it is: its further `servers`, the first where the configuration sends
 * requests elsewhere, and where other parts of it run. A redirection to one of them is one to the gateway.
 */
export function knownAddresses(
  { config, root }: ServiceReading,
  service: Service,
  parts: Iterable<Service>,
  address: ServerAddress | undefined,
): Pick<Service, "addresses"> {
  const known = new Map<string, string>();
  const add = (url: string, basePath: string, of: Service): void => {
    if (!isTarget(service, url) && !known.has(url)) known.set(url, mountOf(config, of, basePath).prefix);
  };
  const [own = service, ...others] = parts;
  const { basePath } = own.upstream;
  const [, ...further] = root.get("servers").items();
  if (address?.origin !== undefined) add(`${address.origin}${address.path}`, basePath, own);
  for (const { value } of further.map((server) => server.get("url"))) {
    const url = plainAddress(value);
    if (url !== undefined) add(url, basePath, own);
  }
  for (const part of others)
    for (const { origin } of targetsOf(part))
      add(`${origin}${part.upstream.basePath}`, part.upstream.basePath, part);
  return known.size === 0 ? {} : { addresses: [...known].map(([url, prefix]) => ({ url, prefix })) };
}

function targetsOf({ upstream: { discovery } }: Service): readonly { readonly origin: string }[] {
  return discovery.kind === "static" ? discovery.targets : [];
}

function isTarget(service: Service, url: string): boolean {
  return targetsOf(service).some(({ origin }) => origin === new URL(url).origin);
}

/** Nobody asks these: what is wrong with them, or has variables, is passed over. */
function plainAddress(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^https?:\/\/[^{}?#@]+$/i.test(value) || !URL.canParse(value))
    return undefined;
  const { origin, pathname } = new URL(value);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}
