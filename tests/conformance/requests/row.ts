/** In the place of a status: the reply was begun and never finished. */
export const CUT = 0;

/** A request, and what every driver has to answer. */
export interface Row {
  /** "GET /items/1" */
  readonly ask: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  /** The body of the reply: JSON where it is not a string. */
  readonly says?: unknown;
  /** The `detail` of a problem. */
  readonly detail?: string;
  /** Fields of the reply; null for one that must not be there. */
  readonly fields?: Readonly<Record<string, string | null>>;
  /** Why a web `Request` cannot ask this. */
  readonly notByFetch?: string;
}
