import type { UploadedFile } from "../http/uploaded-file.ts";
import type { Input } from "./input.ts";
import type { FileMarker, FileOptions } from "./marker.ts";

/** What an uploaded file must be. */
export interface OneFileOptions extends FileOptions {
  /** Without the file the value is undefined, instead of an issue. Default false. */
  readonly optional?: boolean;
}

/** What uploaded files must be, and how many. */
export interface FilesOptions extends FileOptions {
  /** How many there must be at least; fewer are an issue. Default 1. */
  readonly min?: number;
  /** How many there may be; more are an issue. Default: `limits.form.files` of the app. */
  readonly max?: number;
}

/** What `file` gives: undefined only where the options let it. */
type Given<O> = "optional" extends keyof O
  ? O["optional"] extends false | undefined
    ? UploadedFile
    : UploadedFile | undefined
  : UploadedFile;

/**
 * One uploaded file of a multipart form. It is read before the function runs: small ones into memory, others into a
 * temporary file that goes when the request is over. A file input that was left empty counts as absent.
 *
 * ```ts
 * input: { photo: file({ accept: ["image/*"], maxSize: 5 * 1024 * 1024 }), note: form(z.string().optional()) }
 * ```
 */
export function file<const O extends OneFileOptions = {}>(options?: O): Input<"file", Given<O>, never> {
  const { optional = false, ...rest }: OneFileOptions = options ?? {};
  const marker: FileMarker = { in: "file", options: rest, count: undefined, optional };
  return marker as Input<"file", Given<O>, never>;
}

/**
 * Several files under one name, in the order in which they were sent.
 *
 * ```ts
 * input: { pages: files({ min: 1, max: 20, accept: ["application/pdf"] }) }
 * ```
 */
export function files(options: FilesOptions = {}): Input<"file", UploadedFile[], never> {
  const { min = 1, max = Number.POSITIVE_INFINITY, ...rest } = options;
  const marker: FileMarker = { in: "file", options: rest, count: { min, max }, optional: min === 0 };
  return marker as Input<"file", UploadedFile[], never>;
}
