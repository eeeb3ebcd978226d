import type { Exchange } from "../http/exchange.ts";

/** Something that the docs answer. HEAD is answered as for any other GET. */
export interface DocsPage {
  readonly method: "GET";
  /** A path without parameters. */
  readonly path: string;
  /** It shows what only those may see whom the guards of the document let in. */
  readonly isGuarded?: boolean;
  /** Fills in status, content type, fields and payload, and leaves `end` to the caller. Throws `HttpError` 501 where its files cannot be read. */
  respond(exchange: Exchange): void;
}
