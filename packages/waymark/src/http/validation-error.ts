import { HttpError } from "./http-error.ts";

/** One thing that is wrong with a request. The value that was sent is not part of it. */
export interface Issue {
  /** Where the value stood: "path", "query", "header", "cookie" or "body". */
  readonly in: string;
  /** Its wire name; "" for a body that stands alone. */
  readonly name: string;
  /** Where inside the value: keys and indexes. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly code: string;
}

/** A request that does not fit its declaration: 422 with every issue at once, as the member `errors`. */
export class ValidationError extends HttpError {
  override readonly name: string = "ValidationError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(422, "The request does not fit what this operation takes.", { members: { errors: issues } });
    this.issues = issues;
  }
}
