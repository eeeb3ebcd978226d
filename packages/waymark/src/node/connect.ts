import type { IncomingMessage } from "node:http";
import type { Exchange } from "../http/exchange.ts";
import type { Middleware } from "../http/handlers.ts";
import type { Reply } from "../http/reply.ts";
import type { IncomingRequest } from "../http/request.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { asError } from "./as-error.ts";
import { CarriedFields } from "./carried-fields.ts";
import { isPassedOn, toReply, type NodeHandler } from "./node-handler.ts";
import { NodePair } from "./node-pair.ts";
import { isHooked, replay } from "./replay.ts";

/** What all Connect middleware of one request share, so that one may build on what another has put on `req`. */
interface Shared {
  readonly pair: NodePair;
  readonly carried: CarriedFields;
  /** The outermost middleware has the request, and is the one that sees the reply last. */
  isClaimed: boolean;
}

const shared = new WeakMap<Exchange, Shared>();

function sharedOf(request: IncomingRequest): Shared {
  const exchange = request["~exchange"];
  let found = shared.get(exchange);
  if (found === undefined) {
    const pair = new NodePair(exchange, "", exchange.path, request["~bodyLimit"]);
    shared.set(exchange, (found = { pair, carried: new CarriedFields(exchange), isClaimed: false }));
  }
  return found;
}

/**
 * Uses a middleware of Connect or Express: `app.use(connect(helmet()))`. What it sets on `res` before `next()` is on the
 * reply; what it answers by itself is the reply, and nothing further inside runs; `next(error)` is an error as if it were
 * thrown here. Where it listens to `res` or puts functions of its own there (loggers, sessions, compression), the reply of
 * the route goes through `res`. All such middleware around one request see the same `req` and `res`.
 *
 * Middleware that reads the body leaves nothing for the route's own inputs: use one or the other.
 */
export function connect(middleware: NodeHandler): Middleware {
  if (typeof middleware !== "function")
    throw new TypeError(`connect takes a middleware (req, res, next), not ${typeof middleware}`);
  return async ({ request }, next) => {
    const exchange = request["~exchange"];
    const own = sharedOf(request);
    const { pair, carried } = own;
    const isOutermost = !own.isClaimed;
    own.isClaimed = true;
    const reply = await run(middleware, pair);
    if (reply !== undefined) return reply;
    carried.carry(pair.response);
    await next();
    if (isOutermost && isHooked(pair)) await replay(exchange, pair);
    return undefined;
  };
}
makesMiddleware(connect, "connect(helmet())");

/**
 * The request as Connect middleware sees it, for what they put on it: `nodeRequest(request).session`. Types of their own
 * stand behind a cast.
 */
export function nodeRequest(request: IncomingRequest): IncomingMessage {
  return sharedOf(request).pair.request;
}

/** Undefined where it has called `next()`. */
function run(middleware: NodeHandler, pair: NodePair): Promise<Reply | undefined> {
  return new Promise((resolve, reject) => {
    const next = (error?: unknown): void => {
      if (isPassedOn(error)) resolve(undefined);
      else {
        reject(asError(error));
        pair.fail(asError(error));
      }
    };
    // Answered by itself, or destroyed.
    pair.reply.then((reply) => resolve(toReply(reply)), reject);
    void (async () => {
      try {
        await middleware(pair.request, pair.response, next);
      } catch (error) {
        next(error ?? new Error("the middleware failed without an error"));
      }
    })();
  });
}
