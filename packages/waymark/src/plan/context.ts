import type { HandlerContext } from "../http/handlers.ts";
import type { IncomingRequest } from "../http/request.ts";
import type { ResponseHead } from "../http/response.ts";
import type { Run } from "./run.ts";

/** What error handlers and middleware see of a run; nothing of it is made before it is asked for. */
class RunContext implements HandlerContext {
  readonly #run: Run;
  constructor(run: Run) {
    this.#run = run;
  }
  get request(): IncomingRequest {
    return this.#run.request;
  }
  get response(): ResponseHead {
    return this.#run.response;
  }
}

export function contextOf(run: Run): HandlerContext {
  return new RunContext(run);
}
