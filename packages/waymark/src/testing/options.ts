import type { RequestInMemory } from "../server/memory.ts";

/** A value of a field or of a query; numbers and booleans are written as text. */
export type FieldValue = string | number | boolean;

/** A file of a multipart form. */
export interface TestFile {
  readonly content: string | Uint8Array;
  /** Its file name. Default: "file". */
  readonly name?: string;
  /** Its media type. Default: "text/plain" for text, "application/octet-stream" for bytes. */
  readonly type?: string;
}

/** A part of a multipart form: a field, or a file. Bytes alone are a file, text alone is a field. */
export type PartValue = FieldValue | Uint8Array | Blob | TestFile;

/** What holds for every request of a client. */
export interface TestClientOptions {
  /**
   * Where the application is said to be: scheme, host, and what stands before every path. Cookies with `Secure` need
   * "https://localhost". Default "http://localhost".
   */
  readonly baseUrl?: string | URL;
  /** Header fields of every request; those of a request come in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Address of the client. Default "127.0.0.1". */
  readonly remoteAddress?: string;
  /** Follows redirects of this host; a number is how many in a row, true is 20. Default false: the redirect is the reply. */
  readonly followRedirects?: boolean | number;
  /**
   * Throws an error that nothing handled, with its own stack, in the place of the 500 that a client would get; the same for
   * tasks and clean-ups that follow the reply. Default true.
   */
  readonly throwErrors?: boolean;
  /** Milliseconds that an event or a message is waited for. 0: for ever. Default 5000. */
  readonly timeout?: number;
}

/** One request. */
export interface TestRequest extends Omit<RequestInMemory, "scheme" | "host" | "remoteAddress" | "headers"> {
  readonly headers?: Readonly<Record<string, string>> | Headers;
  /** Sent as application/x-www-form-urlencoded; an array repeats its name. */
  readonly form?: Readonly<Record<string, FieldValue | readonly FieldValue[] | undefined>>;
  /** Sent as multipart/form-data; an array repeats its name. */
  readonly multipart?: Readonly<Record<string, PartValue | readonly PartValue[] | undefined>>;
  /** Address of the client of this request. */
  readonly remoteAddress?: string;
  readonly followRedirects?: boolean | number;
  readonly throwErrors?: boolean;
}
