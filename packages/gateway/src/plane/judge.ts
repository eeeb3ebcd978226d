import type { EarlyReply, Step } from "../call.ts";
import type { GatewayCall } from "./gateway-call.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * Runs the steps that judge a request, in order. The body is read before the first one that needs it, and not where one
 * before that refuses. A promise only where a step gives one or the body is still coming.
 */
export function judge(
  steps: readonly Step[],
  call: GatewayCall,
  index = 0,
): EarlyReply | undefined | Promise<EarlyReply | undefined> {
  for (let i = index; i < steps.length; i++) {
    const step = steps[i]!;
    if (call.body === undefined && step.needs.includes("body")) {
      const reading = readBody(call);
      if (reading !== undefined) return reading.then(() => judge(steps, call, i));
    }
    const early = step.run!(call);
    if (early instanceof Promise)
      return early.then((given) => (given === undefined ? judge(steps, call, i + 1) : (given as EarlyReply)));
    if (early !== undefined) return early as EarlyReply;
  }
  return undefined;
}

function readBody(call: GatewayCall): void | Promise<void> {
  const { exchange, operation } = call;
  if (!exchange.hasBody) {
    call.body = NO_BYTES;
    return undefined;
  }
  const bytes = exchange.bytes(exchange.bodyLimit || operation.limits.body);
  if (bytes instanceof Promise)
    return bytes.then((whole) => {
      call.body = whole;
    });
  call.body = bytes;
  return undefined;
}
