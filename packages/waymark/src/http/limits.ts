import { DEFAULT_FORM_LIMITS, type FormLimits } from "./form-limits.ts";

/** What one request may cost. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Request body; more is 413. Default 1 MiB. */
  readonly body: number;
  /** All header fields together; more is 431. Default 16 KiB. */
  readonly headers: number;
  /** Number of header fields; more is 431. Default 100. */
  readonly headerFields: number;
  /** Request target; more is 414. Default 8 KiB. */
  readonly url: number;
  /** Nesting of a JSON body; deeper is 400. Default 64. */
  readonly jsonDepth: number;
  /** Forms, beside the limit of the body. */
  readonly form: FormLimits;
  /** Time for a complete request head; later is 408. Default 15 s. */
  readonly headersTimeout: number;
  /** Time for a complete request, body included; later is 408. Default 60 s. */
  readonly requestTimeout: number;
  /** Idle time between two requests of a connection. Default 65 s. */
  readonly keepAliveTimeout: number;
  /** Time without progress while a reply is written to a slow reader; it is noticed within two such times. Default 60 s. */
  readonly writeTimeout: number;
}

export const DEFAULT_LIMITS: Limits = {
  body: 1024 * 1024,
  headers: 16 * 1024,
  headerFields: 100,
  url: 8 * 1024,
  jsonDepth: 64,
  form: DEFAULT_FORM_LIMITS,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  writeTimeout: 60_000,
};
