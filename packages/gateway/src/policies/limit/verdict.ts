/** What one limit says of one request. Times are milliseconds from now. */
export interface Verdict {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until all of the limit is there again. */
  readonly reset: number;
  /** Until what was refused would be allowed; 0 where it was allowed. */
  readonly wait: number;
}
