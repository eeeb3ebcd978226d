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
  if (!(error instanceof HttpError)) tellFault(error, call, report);
  exchange.lines = "";
  exchange.fields = undefined;
  // What is set later by the error itself has the last word.
  addFields(exchange, route, call, report);
  writeProblem(exchange, error);
  const { status } = exchange;
  void exchange.end();
  return status;
}

function tellFault(error: unknown, call: GatewayCall | undefined, report: Report): void {
  if (call?.step === undefined) return report("A request failed in the gateway.", error);
  call.log["policy"] = call.step.kind;
  report(`The policy '${call.step.kind}' failed for ${call.operation.id}.`, error);
}

/** Answers with what a policy gives. */
export function answerEarly(
  exchange: Exchange,
  reply: EarlyReply,
  route: Route,
  call: GatewayCall,
  report: Report,
): void {
  exchange.status = reply.status;
  exchange.contentType = reply.contentType;
  exchange.payload = reply.body;
  addFields(exchange, route, call, report);
  void exchange.end();
}

/** Nothing that a policy set keeps a request from its answer. */
function addFields(
  exchange: Exchange,
  route: Route | undefined,
  call: GatewayCall | undefined,
  report: Report,
): void {
  if (route !== undefined && route.gone === undefined)
    for (const line of route.replyLines.split("\r\n"))
      if (line !== "")
        exchange.appendField(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2));
  for (const [name, value] of call?.givenHeaders ?? [])
    if (value !== null)
      try {
        exchange.appendField(name, value);
      } catch (error) {
        report(`A policy set the reply field '${name}' to what HTTP cannot carry: it is left out.`, error);
      }
}
