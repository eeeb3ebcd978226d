import type { Mountable } from "../http/mounted.ts";
import { HttpError } from "../http/http-error.ts";
import { Reply } from "../http/reply.ts";
import { asError } from "./as-error.ts";
import { NodePair } from "./node-pair.ts";
import type { NodeReply } from "./reply-socket.ts";

/**
 * A handler in the style of Node's `http`: `(req, res) => …`, an Express or Connect application, or middleware of one. The
 * parameters are not typed, because every framework has its own extensions of them.
 */
export type NodeHandler = (request: any, response: any, next: (error?: unknown) => void) => unknown;

/**
 * Makes a Node-style handler something that can be mounted, on whatever the application is served by: it gets an
 * `IncomingMessage` and a `ServerResponse` as from Node's own server. What it does not answer (`next()`) is a 404; an error
 * that it hands on (`next(error)`), throws or rejects with goes to the error handlers of the application.
 *
 * ```ts
 * app.mount("/legacy", nodeHandler(express().use(express.json())));
 * ```
 */
export function nodeHandler(handler: NodeHandler): Mountable {
  if (typeof handler !== "function")
    throw new TypeError(`nodeHandler takes a function (req, res, next), not ${typeof handler}`);
  return {
    "~mounted": {
      name: handler.name === "" ? "node handler" : handler.name,
      answer(request, { base, path }) {
        const pair = new NodePair(request["~exchange"], base, path, request["~bodyLimit"]);
        const next = (error?: unknown): void =>
          pair.fail(isPassedOn(error) ? new HttpError(404) : asError(error));
        void run(handler, pair, next);
        return pair.reply.then(toReply);
      },
    },
  };
}

async function run(handler: NodeHandler, { request, response }: NodePair, next: (error: unknown) => void) {
  try {
    await handler(request, response, next);
  } catch (error) {
    next(error ?? new Error("the handler failed without an error"));
  }
}

/** Express has two words for going on that are no errors. */
export function isPassedOn(error: unknown): boolean {
  return error === undefined || error === null || error === "route" || error === "router";
}

export function toReply({ status, contentType, headers, payload }: NodeReply): Reply {
  return new Reply({ kind: "payload", contentType, payload }, status, headers);
}
