/**
 * The gateway: OpenAPI documents in, a running entry point out.
 *
 * @module
 */
export type { Snapshot } from "./snapshot.ts";
export {
  definePolicy,
  type DefinedPolicy,
  type PolicyDefinition,
  type PolicyReply,
  PolicyRequest,
} from "./define-policy.ts";
export { compile, tryCompile, type Compiled } from "./compile/compile.ts";
export type { GatewayConfig, PolicyConfig, ServiceConfig } from "./config/config.ts";
export { defineGateway } from "./config/define-gateway.ts";
export { loadConfig, type ConfigOptions, type LoadedConfig } from "./config/load-config.ts";
export { loadGateway, type LoadedGateway } from "./config/load-gateway.ts";
export { loadDocuments, type LoadedDocuments, type LoadOptions } from "./documents/load-documents.ts";
export type { Documents, LoadedDocument } from "./documents/loaded-document.ts";
export { parseSource, sourceOf, type SourceFile } from "./documents/source-file.ts";
export { ConfigurationError, describeMistake, type Mistake } from "./configuration-error.ts";
export { Gateway, type GatewayOptions } from "./plane/gateway.ts";
export { runGateway, type RunningGateway, type RunOptions } from "./run-gateway.ts";
