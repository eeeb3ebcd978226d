import { dirname, relative, resolve } from "node:path";
import { hashOf } from "../compile/hash.ts";
import type { SourceFile } from "../documents/source-file.ts";
import { isRecord } from "../documents/record.ts";
import * as wrong from "../mistakes.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { Findings } from "../findings.ts";
import type { Snapshot } from "../snapshot.ts";

/** A snapshot as `waymark gateway compile` writes it. */
export interface StoredSnapshot {
  readonly snapshot: Snapshot;
  /** What its modules and files are relative to. */
  readonly folder: string;
}

/** Whether a file is one: a configuration has no `format`, and a document no `hash`. */
export function isSnapshot(value: unknown): value is Snapshot {
  return isRecord(value) && typeof value["format"] === "number" && typeof value["hash"] === "string";
}

/** The text of the file. `folder` is what the snapshot's paths are relative to; the file says it relative to its own. */
export function snapshotText(snapshot: Snapshot, folder: string, file: string): string {
  const from = relative(dirname(file), folder).replaceAll("\\", "/");
  const { format, hash, ...rest } = snapshot;
  return `${JSON.stringify({ format, hash, ...(from !== "" && { folder: from }), ...rest }, null, 2)}\n`;
}

/**
 * What such a file holds. Throws a `ConfigurationError` for one of another format, and for one whose content is not what its
 * hash says: it was changed by hand, or is what `GET /snapshot` shows of a gateway, which lacks its secrets.
 */
export function storedSnapshot(source: SourceFile): StoredSnapshot {
  const findings = new Findings();
  const { folder, ...snapshot } = source.value as Snapshot & { readonly folder?: unknown };
  const { hash, ...rest } = snapshot;
  if (snapshot.format !== 1)
    findings.mistake(wrong.foreignFormat(String(snapshot.format)), source.originOf("/format"));
  else if (hashOf(rest) !== hash) findings.mistake(wrong.changedSnapshot(), source.originOf("/hash"));
  if (findings.mistakes.length > 0) throw new ConfigurationError(findings.mistakes);
  return { snapshot, folder: resolve(dirname(source.base), typeof folder === "string" ? folder : "") };
}
