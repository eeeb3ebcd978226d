import type { Exchange } from "../http/exchange.ts";
import type { Form } from "../http/form.ts";
import type { Parts } from "../http/parts.ts";
import { IncomingRequest } from "../http/request.ts";
import type { RouteInfo } from "../http/route-info.ts";
import { ResponseHead } from "../http/response.ts";
import type { Query } from "../schema/query.ts";
import type { Frame } from "./frame.ts";
import type { OpenGenerator } from "./generators.ts";
import { hidingOf } from "./secrets.ts";

/** Said of a body that nobody has read yet: undefined is a body that is not there. */
export const UNREAD: unique symbol = Symbol("unread");

const NO_VALUES: unknown[] = [];

/** What middleware sees as the route of a request that no route matched. */
function noRoute({ method }: Exchange): RouteInfo {
  return { method, template: "", name: "", operationId: "", metadata: {}, tags: [], scopes: [] };
}

/** One request on its way through a plan. Every field is there from the start, so that all runs have one shape. */
export class Run {
  readonly exchange: Exchange;
  /** Values of the template's parameters, in its order, decoded. */
  readonly params: readonly string[];
  readonly frame: Frame;
  /** What inputs and dependencies gave, by slot. */
  values: unknown[] = NO_VALUES;
  query: Query | undefined = undefined;
  cookies: ReadonlyMap<string, string> | undefined = undefined;
  body: unknown = UNREAD;
  form: Form | undefined = undefined;
  parts: Parts | undefined = undefined;
  /** Generators that reached their yield, in that order. */
  open: OpenGenerator[] | undefined = undefined;
  /** Whether a function of the application runs, rather than a reading of the request. */
  inFunction = false;
  /** The signal was aborted by a failure here, and not by the client. */
  gaveUp = false;
  /** The error that the reply will be about, once there is one. */
  failure: unknown = undefined;
  /** Fields before and after a reply of its own was written, so that another reply can take its place. */
  fieldsBefore: readonly string[] | undefined = undefined;
  fieldsAfter: readonly string[] | undefined = undefined;
  #request: IncomingRequest | undefined = undefined;
  #response: ResponseHead | undefined = undefined;

  constructor(exchange: Exchange, params: readonly string[], frame: Frame) {
    this.exchange = exchange;
    this.params = params;
    this.frame = frame;
  }

  get request(): IncomingRequest {
    const { exchange, frame } = this;
    return (this.#request ??= new IncomingRequest(
      exchange,
      frame.routeInfo ?? noRoute(exchange),
      frame.settings.limits,
      frame.settings.owner,
    ));
  }

  get response(): ResponseHead {
    return (this.#response ??= new ResponseHead(this.exchange));
  }

  /** The same request with another reply; what `response().after` was given so far goes with it. */
  within(exchange: Exchange): Run {
    const run = new Run(exchange, this.params, this.frame);
    run.#request = this.request;
    run.gaveUp = this.gaveUp;
    const tasks = this.#response?.["~tasks"];
    if (tasks !== undefined) run.response["~tasks"] = [...tasks];
    return run;
  }

  /** Tells the application's log, naming route and request, without what is secret in it. */
  log(level: "error" | "warn", message: string, details?: unknown): void {
    const { id, onFault } = this.exchange;
    if (level === "error" && onFault?.(details, message) === true) return;
    const shown = details === undefined ? undefined : hidingOf(this).value(details);
    this.frame.log(level, id === undefined ? message : `[${id}] ${message}`, shown);
  }

  /** The head of the reply if somebody asked for it. */
  get responseIfMade(): ResponseHead | undefined {
    return this.#response;
  }
}
