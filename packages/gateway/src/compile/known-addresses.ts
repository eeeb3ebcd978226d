import type { Service } from "../snapshot.ts";
import * as wrong from "../mistakes.ts";
import { mountOf } from "./mounts.ts";
import type { ServerAddress } from "./server-address.ts";
import type { ServiceReading } from "./service-reading.ts";

/** Every part of a service knows those of all others: a document of more addresses is a mistake, or a trap. */
const MOST = 100;

/**
 * Where the parts of a service also say that they are: by the document's further `servers`, by the first where the
 * configuration sends requests elsewhere, and where other parts run. A redirection to one of them is one to the gateway.
 */
export function knownAddresses(
  { config, findings, name, root }: ServiceReading,
  own: Service,
  others: readonly Service[],
  address: ServerAddress | undefined,
): (part: Service) => Pick<Service, "addresses"> {
  const known = new Map<string, { readonly url: string; readonly prefix: string }>();
  let isFull = false;
  const add = (url: string, basePath: string, of: Service): void => {
    if (known.has(url)) return;
    if (known.size < MOST) known.set(url, { url, prefix: mountOf(config, of, basePath).prefix });
    else isFull = true;
  };
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
  if (isFull) findings.warn(wrong.manyAddresses(name, MOST), root.origin);
  return (part) => {
    const addresses = [...known.values()].filter(({ url }) => !isTarget(part, url));
    return addresses.length === 0 ? {} : { addresses };
  };
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
