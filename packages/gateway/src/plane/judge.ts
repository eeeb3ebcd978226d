import type { EarlyReply, Step } from "../call.ts";
import type { GatewayCall } from "./gateway-call.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * Runs the steps that judge a request, in order. The body is read before the first one that needs it, and not where one
 * before that refuses. A promise only where a step gives one or the body is still coming. Of a call that is over when its turn
 * comes no step hears any more.
 */
export function judge(
  steps: readonly Step[],
  call: GatewayCall,
  index = 0,
): EarlyReply | undefined | Promise<EarlyReply | undefined> {
  if (call.isOver) return undefined;
  for (let i = index; i < steps.length; i++) {
    const step = steps[i]!;
    if (call.body === undefined && step.needs.includes("body")) {
      call.step = undefined;
      const reading = readBody(call, step);
      if (reading !== undefined) return reading.then(() => judge(steps, call, i));
    }
    call.step = step;
    const early = step.run!(call);
    if (early instanceof Promise)
      return early.then((given) => (given === undefined ? judge(steps, call, i + 1) : (given as EarlyReply)));
    if (early !== undefined) return early as EarlyReply;
  }
  call.step = undefined;
  return undefined;
}

function readBody(call: GatewayCall, { beforeBody }: Step): void | Promise<void> {
  const { exchange, operation } = call;
  if (!exchange.hasBody) {
    call.body = NO_BYTES;
    return undefined;
  }
  const most = exchange.bodyLimit || operation.limits.body;
  const arrived = exchange.arrived();
  if (arrived !== undefined && arrived.length <= most) {
    call.body = arrived;
    return undefined;
  }
  // Of what has arrived `run` says the same in one go.
  if (arrived === undefined) beforeBody?.(call);
  const bytes = exchange.bytes(most);
  if (bytes instanceof Promise)
    return bytes.then((whole) => {
      call.body = whole;
    });
  call.body = bytes;
  return undefined;
}
