/**
 * HTTP/1.1 as a client, on sockets: the layer that the gateway moves bytes with. It knows nothing of the framework above
 * it, and it is lower than applications want: they have `fetch`.
 */
export { CHUNK_END, chunkStart, LAST_CHUNK, lastChunk } from "./chunk-frames.ts";
export type { ClientRequest } from "./client-request.ts";
export { clockFor } from "./clock.ts";
export type { PoolStats } from "./connections.ts";
export * as fieldKinds from "./field-kinds.ts";
export type { FieldLines } from "./field-lines.ts";
export { iterated } from "./iterated.ts";
export { octetsOf } from "../pending-write.ts";
export { Pool } from "./pool.ts";
export type { Origin, OriginTls, PoolOptions } from "./pool-options.ts";
export type { BodySink, BodySource, RequestBody } from "./request-body.ts";
export { writeRequestHead } from "./request-head.ts";
export type { ResponseHandler } from "./response-handler.ts";
export type { ResponseHead } from "./response-head.ts";
export type { Schedule, Timeouts } from "./timeouts.ts";
export { type Phase, WireError, type WireErrorCode } from "./wire-error.ts";
