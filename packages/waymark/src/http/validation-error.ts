import { HttpError } from "./http-error.ts";

/** One thing that is wrong with a request. The value that was sent is not part of it. */
export interface Issue {
  /** Where the value stood: "path", "query", "header", "cookie", "body" or "form". */
  readonly in: string;
  /** Its wire name; "" for a body that stands alone. */
  readonly name: string;
  /** Where inside the value: keys and indexes. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly code: string;
}

/** A request that does not fit its declaration: 422 with all its issues at once (the first hundred), as the member `errors`. */
export class ValidationError extends HttpError {
  override readonly name: string = "ValidationError";
  readonly issues: readonly Issue[];

  /** @param hasMore whether there are further ones, which are not told */
  constructor(issues: readonly Issue[], hasMore = false) {
    const detail = "The request does not fit what this operation takes.";
    super(
      422,
      hasMore ? `${detail} These are the first ${issues.length} mistakes; there are more.` : detail,
      {
        members: { errors: issues },
      },
    );
    this.issues = issues;
  }
}
