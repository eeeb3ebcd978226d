/** What one form may cost, urlencoded or multipart; more is 413. Sizes in bytes. All of it together is `limits.body`. */
export interface FormLimits {
  /** Fields, files apart. Default 1000. */
  readonly fields: number;
  /** Files, those included that nobody reads. Default 100. */
  readonly files: number;
  /** Fields and files together. Default 1000. */
  readonly parts: number;
  /** The name of a field or file. Default 256. */
  readonly nameSize: number;
  /** The value of one field. Default 256 KiB. */
  readonly fieldSize: number;
  /** All fields together as they are sent, names and part headers included: they are held in memory. Default 1 MiB. */
  readonly fieldsSize: number;
  /** One file. Default: only the body's own limit. */
  readonly fileSize: number;
  /** The header fields of one part. Default 8 KiB. */
  readonly partHeaders: number;
  /** What is held of one file in memory; a larger one is written to a temporary file. Default 256 KiB. */
  readonly memory: number;
}

export const DEFAULT_FORM_LIMITS: FormLimits = {
  fields: 1000,
  files: 100,
  parts: 1000,
  nameSize: 256,
  fieldSize: 256 * 1024,
  fieldsSize: 1024 * 1024,
  fileSize: Number.POSITIVE_INFINITY,
  partHeaders: 8 * 1024,
  memory: 256 * 1024,
};
