import type { Schema } from "../inputs/input.ts";
import type { HttpMethod } from "./route.ts";

/** Entries of an operation, written as OpenAPI has them: objects are merged, lists appended, anything else replaced. */
export type OperationExtra = Readonly<Record<string, unknown>>;

/** A request that the application sends, and somebody else answers: it is documented, and nothing of it is done. */
export interface OutgoingRequest {
  /** Default "POST". */
  readonly method?: HttpMethod;
  readonly summary?: string;
  /** CommonMark. */
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly operationId?: string;
  readonly deprecated?: boolean;
  /** What is sent, as JSON. */
  readonly body?: Schema;
  /** Header fields that are sent, by name. */
  readonly headers?: Readonly<Record<string, Schema>>;
  /** Parameters of the query that are sent, by name. */
  readonly query?: Readonly<Record<string, Schema>>;
  /** What the receiver should answer, by status or range ("2XX"). Default: a 2xx that says it was received. */
  readonly responses?: Readonly<Record<string, string | OutgoingResponse>>;
  readonly openapi?: OperationExtra;
}

/** A request of the application's own that follows from none of a client. */
export interface WebhookRequest extends OutgoingRequest {
  /** Whose documents show it. Default: everybody's. */
  readonly audience?: string | readonly string[];
  /** The versions whose documents show it. Default: all. */
  readonly version?: string | readonly string[];
}

/** What a request that the application sends may be answered. */
export interface OutgoingResponse {
  readonly description: string;
  /** JSON that is read of the answer. */
  readonly schema?: Schema;
}

/** A request that follows from one of the client: to an address that the client named, mostly. */
export interface Callback extends OutgoingRequest {
  /** Where it goes: an address with runtime expressions (OpenAPI 3.1 §4.8.20.3), `{$request.body#/callbackUrl}/paid`. */
  readonly url: string;
}
