import { type Exchange, HttpError, writeProblem } from "waymark/internal";
import type { EarlyReply } from "../call.ts";
import type { GatewayCall } from "./gateway-call.ts";
import type { Route } from "./route.ts";

/** Hears of what an operator has to know. */
export type Report = (problem: string, error?: unknown) => void;

/** Answers with a problem document, and with the fields that every reply of the operation has. Returns the status. */
export function answerProblem(
  exchange: Exchange,
  error: unknown,
  route: Route | undefined,
  call: GatewayCall | undefined,
  report: Report,
): number {
  if (!(error instanceof HttpError)) report("A request failed in the gateway.", error);
  exchange.lines = "";
  exchange.fields = undefined;
  // What is set later by the error itself has the last word.
  addFields(exchange, route, call);
  writeProblem(exchange, error);
  const { status } = exchange;
  void exchange.end();
  return status;
}

/** Answers with what a policy gives. */
export function answerEarly(exchange: Exchange, reply: EarlyReply, route: Route, call: GatewayCall): void {
  exchange.status = reply.status;
  exchange.contentType = reply.contentType;
  exchange.payload = reply.body;
  addFields(exchange, route, call);
  void exchange.end();
}

function addFields(exchange: Exchange, route: Route | undefined, call: GatewayCall | undefined): void {
  if (route !== undefined && route.gone === undefined)
    for (const line of route.replyLines.split("\r\n"))
      if (line !== "")
        exchange.appendField(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2));
  for (const [name, value] of call?.givenHeaders ?? []) if (value !== null) exchange.appendField(name, value);
}
