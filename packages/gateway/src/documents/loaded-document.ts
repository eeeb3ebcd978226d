import type { SourceFile } from "./source-file.ts";

/** An OpenAPI 3 document with the files that it refers to: everything of it that `compile` reads. */
export interface LoadedDocument {
  readonly main: SourceFile;
  /** Files in reach of references, by the path or address that these resolve to. */
  readonly siblings: ReadonlyMap<string, SourceFile>;
  /** OpenAPI Overlays, in the order in which they are applied. */
  readonly overlays: readonly SourceFile[];
}

/** By the names of the services. */
export type Documents = Readonly<Record<string, LoadedDocument>>;
