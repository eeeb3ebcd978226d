import type { GatewayConfig, ListenConfig } from "../config/config.ts";
import { parseDuration } from "../config/units.ts";
import type { GatewaySettings, Listen } from "../snapshot.ts";

const DOCS = { document: "/openapi.json", ui: "/docs" };

export function settingsOf(config: GatewayConfig): GatewaySettings {
  const { listen, paths, docs, admin, redis } = config;
  return {
    title: config.title ?? "Gateway",
    listen: listenOf(listen),
    trustedProxies: config.trustedProxies ?? [],
    paths: { encodedSlash: paths?.encodedSlash ?? "refuse", emptySegments: paths?.emptySegments ?? "refuse" },
    docs: docs === false ? null : { ...DOCS, ...(typeof docs === "object" ? docs : {}) },
    admin: adminOf(admin),
    redis:
      redis === undefined
        ? null
        : typeof redis === "string"
          ? { url: redis, prefix: "waymark" }
          : { url: redis.url, prefix: redis.prefix ?? "waymark" },
    accessLog: accessLogOf(config.accessLog),
    ...(typeof config.requestId === "string" && { requestId: config.requestId.toLowerCase() }),
    drainTimeout: parseDuration(config.drainTimeout) ?? 30_000,
  };
}

function adminOf(given: GatewayConfig["admin"]): GatewaySettings["admin"] {
  if (given === undefined || given === false) return null;
  const { host = "127.0.0.1", port, hosts } = given;
  return { host, port, ...(hosts !== undefined && { hosts }) };
}

function listenOf({ host = "127.0.0.1", port = 8080, tls, http2 }: ListenConfig = {}): Listen {
  return {
    host,
    port,
    ...(tls !== undefined && {
      tls: {
        cert: tls.cert,
        key: tls.key,
        certificates: tls.certificates ?? [],
        clientCertificates: tls.clientCertificates ?? null,
        clientCa: tls.clientCa ?? null,
        minVersion: tls.minVersion ?? "TLSv1.2",
      },
    }),
    ...(http2 === true && { http2 }),
  };
}

function accessLogOf(given: GatewayConfig["accessLog"] = true): GatewaySettings["accessLog"] {
  if (typeof given === "boolean") return given;
  return { bytes: given.bytes ?? false, userAgent: given.userAgent ?? false };
}
