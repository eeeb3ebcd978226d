import type { Exchange } from "../http/exchange.ts";
import { IncomingRequest } from "../http/request.ts";
import type { RouteInfo } from "../http/route-info.ts";
import { ResponseHead } from "../http/response.ts";
import type { Query } from "../schema/query.ts";
import type { Frame } from "./frame.ts";
import type { OpenGenerator } from "./generators.ts";

/** Said of a body that nobody has read yet: undefined is a body that is not there. */
export const UNREAD: unique symbol = Symbol("unread");

const NO_VALUES: unknown[] = [];

/** What middleware sees as the route of a request that no route matched. */
function noRoute({ method }: Exchange): RouteInfo {
  return { method, template: "", name: "", operationId: "", metadata: {}, tags: [] };
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
    ));
  }

  get response(): ResponseHead {
    return (this.#response ??= new ResponseHead(this.exchange));
  }

  /** The head of the reply if somebody asked for it. */
  get responseIfMade(): ResponseHead | undefined {
    return this.#response;
  }
}
