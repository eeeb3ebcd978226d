import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import type { LoadedGateway } from "../config/load-gateway.ts";
import type { Mistake } from "../configuration-error.ts";
import { child } from "../documents/pointer.ts";
import { missingVariable, unreadableHere } from "../mistakes.ts";
import { redisAddress } from "../policies/limit/redis-address.ts";
import type { Listen, Snapshot } from "../snapshot.ts";

type Made = Pick<LoadedGateway, "source" | "folder" | "config">;
type Named = readonly [pointer: string, path: string | null];

/** Certificates and keys of services that a snapshot names and that cannot be read on this machine. */
export function missingFiles(snapshot: Snapshot, made: Made): Mistake[] {
  const named = Object.values(snapshot.services).flatMap(
    ({ name: service, upstream, securitySchemes }): Named[] => {
      const place = child("/services", service);
      const { ca, cert, key } = upstream.tls;
      const keys = Object.entries(securitySchemes).flatMap(([scheme, read]): Named[] =>
        read.kind === "jwt" && "file" in read.keys
          ? [[`${child(`${place}/securitySchemes`, scheme)}/keys`, read.keys.file]]
          : [],
      );
      const tls = Object.entries({ ca, cert, key });
      return [...tls.map(([name, path]): Named => [`${place}/upstream/tls/${name}`, path]), ...keys];
    },
  );
  return told(named, made);
}

/** Those of the listener: of a gateway that runs already the former ones stay. */
export function missingTlsFiles({ tls }: Listen, made: Made): Mistake[] {
  if (tls === undefined) return [];
  const pairs = tls.certificates.flatMap(({ cert, key }, index): Named[] => [
    [`/listen/tls/certificates/${index}/cert`, cert],
    [`/listen/tls/certificates/${index}/key`, key],
  ]);
  return told(
    [
      ["/listen/tls/cert", tls.cert],
      ["/listen/tls/key", tls.key],
      ...pairs,
      ["/listen/tls/clientCa", tls.clientCa],
    ],
    made,
  );
}

/** Names in the address of Redis that the environment here does not have. */
export function missingNames({ gateway: { redis } }: Snapshot, { config, source }: Made): Mistake[] {
  if (redis === null) return [];
  const origin = source.originOf(typeof config.redis === "object" ? "/redis/url" : "/redis");
  const { missing } = redisAddress(redis.url, config.environment ?? process.env);
  return missing.map((name) => ({ ...missingVariable(name), origin }));
}

function told(named: readonly Named[], { source, folder }: Made): Mistake[] {
  return named.flatMap(([pointer, path]) =>
    path === null || isReadable(resolve(folder, path))
      ? []
      : [{ ...unreadableHere(path), origin: source.originOf(pointer) }],
  );
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
