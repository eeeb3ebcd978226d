import { promises as dns, NODATA, NOTFOUND } from "node:dns";
import type { Discovery } from "../../snapshot.ts";
import type { DiscoverySource, FoundTarget } from "../target-set.ts";

type Settings = Extract<Discovery, { kind: "dns" }>;

/** Seconds. Below, a name with a TTL of 0 would be asked for without end. */
const SHORTEST = 1;
/** And above, a server that was replaced would be missed for hours. */
const LONGEST = 300;
/** Where the system's resolver answers it does not tell how long that holds. */
const WITHOUT_TTL = 30;
/** After a failure, in turn. */
const RETRY = [1, 2, 5, 10, 30];

interface Answer {
  readonly targets: readonly FoundTarget[];
  readonly ttl: number;
}

/**
 * Addresses of a name, asked for again when their TTL is over: constant traffic keeps connections from ever being idle, so
 * nothing else would notice that an address went. Where a resolver fails or knows nothing any more, the last good set stays;
 * one that fails from the start keeps no other service from starting.
 */
export function dnsSource(
  settings: Settings,
  makeResolver = (): dns.Resolver => new dns.Resolver({ timeout: 2000, tries: 2 }),
): DiscoverySource {
  const resolver = makeResolver();
  if (settings.resolvers.length > 0) resolver.setServers([...settings.resolvers]);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isKnown = false;
  return {
    async start(update, report) {
      let failures = 0;
      const refresh = async (): Promise<void> => {
        let seconds: number;
        try {
          const { targets, ttl } = await ask(resolver, settings);
          if (isClosed) return;
          failures = 0;
          seconds = ttl;
          update(targets);
          isKnown = true;
        } catch (error) {
          if (failures === 0)
            report(
              `'${settings.name}' cannot be resolved (${codeOf(error)}): ${isKnown ? "its last addresses stay in use" : "it is asked for again, and has no address until then"}.`,
            );
          seconds = RETRY[Math.min(failures++, RETRY.length - 1)]!;
        }
        if (!isClosed) timer = setTimeout(() => void refresh(), seconds * 1000).unref();
      };
      await refresh();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      resolver.cancel();
    },
  };
}

async function ask(resolver: dns.Resolver, settings: Settings): Promise<Answer> {
  const { record, name, secure } = settings;
  if (record === "SRV") return askServices(resolver, name, secure);
  const { addresses, ttl } = await askAddresses(resolver, name, record);
  const port = settings.port ?? (secure ? 443 : 80);
  return { targets: addresses.map((address) => targetOf(address, port, name, 1, secure)), ttl };
}

/** RFC 2782: of the records only those of the best priority, weighted. */
async function askServices(resolver: dns.Resolver, name: string, secure: boolean): Promise<Answer> {
  const records = await resolver.resolveSrv(name);
  const best = Math.min(...records.map(({ priority }) => priority));
  // "." says in so many words that there is no such service.
  const chosen = records.filter(
    ({ priority, name: host }) => priority === best && host !== "" && host !== ".",
  );
  const isEven = chosen.every(({ weight }) => weight === 0);
  const found = await Promise.all(
    chosen.map(async ({ name: host, port, weight }) => {
      const { addresses, ttl } = await askAddresses(resolver, host, undefined);
      const share = (isEven ? 1 : weight) / addresses.length;
      return { targets: addresses.map((address) => targetOf(address, port, host, share, secure)), ttl };
    }),
  );
  const targets = found.flatMap((each) => each.targets);
  if (targets.length === 0) throw Object.assign(new Error("no records"), { code: NODATA });
  return { targets, ttl: Math.min(...found.map(({ ttl }) => ttl)) };
}

/** @param record undefined takes IPv4 where there is some, else IPv6. */
async function askAddresses(
  resolver: dns.Resolver,
  name: string,
  record: "A" | "AAAA" | undefined,
): Promise<{ addresses: string[]; ttl: number }> {
  try {
    const found =
      record === "AAAA"
        ? await resolver.resolve6(name, { ttl: true })
        : await resolver.resolve4(name, { ttl: true });
    const ttl = Math.min(...found.map((each) => each.ttl));
    return {
      addresses: found.map(({ address }) => address),
      ttl: Math.min(LONGEST, Math.max(SHORTEST, ttl)),
    };
  } catch (error) {
    if (!isUnknown(error)) throw error;
    if (record === undefined) return askAddresses(resolver, name, "AAAA");
    // Names of /etc/hosts and of the platform are known to the system's resolver alone.
    const found = await dns.lookup(name, { all: true, family: record === "A" ? 4 : 6 });
    return { addresses: found.map(({ address }) => address), ttl: WITHOUT_TTL };
  }
}

function targetOf(address: string, port: number, name: string, weight: number, secure: boolean): FoundTarget {
  const host = address.includes(":") ? `[${address}]` : address;
  return {
    origin: new URL(`${secure ? "https" : "http"}://${host}:${port}`).origin,
    weight,
    serverName: name,
  };
}

function isUnknown(error: unknown): boolean {
  const code = codeOf(error);
  return code === NOTFOUND || code === NODATA;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? error);
}
