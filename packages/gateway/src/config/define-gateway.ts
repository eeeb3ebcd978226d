import type { GatewayConfig } from "./config.ts";

/** Gives the configuration back; its types check what is written, and help to write it. */
export function defineGateway(config: GatewayConfig): GatewayConfig {
  return config;
}
