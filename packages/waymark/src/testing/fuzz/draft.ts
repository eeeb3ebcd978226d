/** A request before it is written. */
export interface Draft {
  /** By place and name ("query limit"); undefined is absent. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly body: BodyDraft | undefined;
  readonly hasCredentials: boolean;
}

export type BodyDraft =
  | { readonly mediaType: string; readonly value: unknown }
  | { readonly contentType: string | undefined; readonly raw: string | Uint8Array };

/** A file of a form, sent as if it were a field. */
export class FieldForFile {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A file of a form, where nothing is said of it. */
export class Upload {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What has no form on the wire. */
export class Unwritable extends Error {
  override readonly name = "Unwritable";
}

export function keyOf({ in: place, name }: { readonly in: string; readonly name: string }): string {
  return `${place} ${name}`;
}
