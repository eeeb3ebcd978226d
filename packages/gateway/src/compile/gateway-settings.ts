import type { GatewayConfig } from "../config/config.ts";
import { parseDuration } from "../config/units.ts";
import type { GatewaySettings } from "../snapshot.ts";

const DOCS = { document: "/openapi.json", ui: "/docs" };

export function settingsOf(config: GatewayConfig): GatewaySettings {
  const { listen, paths, docs, admin, redis } = config;
  return {
    title: config.title ?? "Gateway",
    listen: { host: listen?.host ?? "127.0.0.1", port: listen?.port ?? 8080 },
    trustedProxies: config.trustedProxies ?? [],
    paths: { encodedSlash: paths?.encodedSlash ?? "refuse", emptySegments: paths?.emptySegments ?? "refuse" },
    docs: docs === false ? null : { ...DOCS, ...(typeof docs === "object" ? docs : {}) },
    admin:
      admin === undefined || admin === false ? null : { host: admin.host ?? "127.0.0.1", port: admin.port },
    redis:
      redis === undefined
        ? null
        : typeof redis === "string"
          ? { url: redis, prefix: "waymark" }
          : { url: redis.url, prefix: redis.prefix ?? "waymark" },
    accessLog: config.accessLog ?? true,
    drainTimeout: parseDuration(config.drainTimeout) ?? 30_000,
  };
}
