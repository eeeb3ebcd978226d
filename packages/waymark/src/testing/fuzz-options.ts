import type { OpenApiDocument } from "../openapi/document.ts";

/** What is asked of every reply, by name. */
export type CheckName =
  /** A status above 499 that is not documented, or an error that nothing handled. */
  | "server-error"
  /** No reply in time. */
  | "no-reply"
  /** A request that the document calls wrong was taken. */
  | "accepted-but-invalid"
  /** A request that the document calls right was refused with 400, 415 or 422. */
  | "refused-but-valid"
  /** A status that the document does not have. */
  | "undocumented-status"
  /** A media type that the document does not have for the status. */
  | "undocumented-type"
  /** A body that is not what its schema says. */
  | "invalid-reply"
  /** A header field that is missing though it is said to be required, or is not what its schema says. */
  | "invalid-header";

/** A token or key; name and password for HTTP Basic; or a function that gets it. */
export type Credential =
  | string
  | { readonly username: string; readonly password: string }
  | (() => string | Promise<string>);

/** What `fuzzContract` asks, and how often. */
export interface FuzzOptions {
  /** Cases an operation, half of them right and half of them wrong. Default 100. */
  readonly runs?: number;
  /** What chance begins with: a failure names it. Default: another one each time. */
  readonly seed?: number;
  /** The one case that a failure names; needs its `seed`, and `only` its operation. */
  readonly path?: string;
  /** Operations to ask, and no others: operationIds, or "GET /items/{itemId}". */
  readonly only?: string | readonly string[];
  /** Operations to leave out. */
  readonly skip?: string | readonly string[];
  /** Credentials by the names of the document's security schemes. */
  readonly credentials?: Readonly<Record<string, Credential>>;
  /**
   * Values that exist, to be used more often than made-up ones: by the name of a parameter (`itemId`), of one operation
   * (`"readItem.itemId"`), or for a whole body (`"addItem.body"`).
   */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
  /** Parameters that choose who answers, by name: sent with every request, and never wrong. `{ "Api-Version": "2" }`. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** Statuses that any operation may answer though no document says so: 429 of a rate limit. */
  readonly undocumented?: readonly number[];
  /** Findings that are known: of one operation, or of all. */
  readonly ignore?: readonly { readonly check: CheckName; readonly operation?: string }[];
  /** Header fields of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default "http://localhost". */
  readonly baseUrl?: string | URL;
  /** Address of the client, or one for each request. Default "127.0.0.1". */
  readonly remoteAddress?: string | (() => string);
  /** Milliseconds that a reply may take. Default 5000. */
  readonly timeout?: number;
  /** Another document than `app.openapi()`: that of one version, or of one audience. */
  readonly document?: OpenApiDocument;
}

/** Something that is not as the document says. */
export interface FuzzFinding {
  readonly check: CheckName;
  /** "GET /items/{itemId}". */
  readonly operation: string;
  readonly operationId: string;
  readonly message: string;
  /** What was sent, as a command for curl. Credentials are shown as `…`. */
  readonly request: string;
  /** Status, media type and the beginning of the body. */
  readonly reply: string;
  /** Give both to `fuzzContract`, with `only`, to ask the same again. */
  readonly seed: number;
  readonly path: string;
  /** What the application threw. */
  readonly cause?: unknown;
}

/** What one operation was asked. */
export interface FuzzedOperation {
  readonly operation: string;
  readonly operationId: string;
  readonly valid: number;
  readonly invalid: number;
  /** In which ways requests were wrong. */
  readonly violations: readonly string[];
  /** How often which status came; 0 is none: a stream that had not begun in the time that it was followed. */
  readonly statuses: Readonly<Record<number, number>>;
}

/** What could not be asked. */
export interface FuzzSkip {
  readonly operation: string;
  readonly what: string;
  readonly why: string;
}

/** What was asked, and what came of it. */
export interface FuzzReport {
  readonly seed: number;
  readonly operations: readonly FuzzedOperation[];
  /** Requests in all. */
  readonly cases: number;
  readonly findings: readonly FuzzFinding[];
  readonly skipped: readonly FuzzSkip[];
}
