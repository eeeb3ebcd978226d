import { SWITCHING_PROTOCOLS } from "../http/upgrade-at-end.ts";
import type { RawSocket } from "../http/upgrade.ts";
import type { SocketContract, AnySocket } from "../realtime/socket.ts";
import { compileHandshake, upgradeRequired } from "../realtime/handshake.ts";
import { messageReader } from "../realtime/incoming.ts";
import { LiveConnection, type ConnectionSettings, type WriteMessage } from "../realtime/live-connection.ts";
import type { Route } from "../routing/route.ts";
import { ClientGone, saysClientGone } from "./client-gone.ts";
import { deprecationFields } from "./deprecation.ts";
import { compileErrorHandlers } from "./error-handlers.ts";
import { fail } from "./failure.ts";
import { finish, settle } from "./finish.ts";
import { Frame } from "./frame.ts";
import { closeEarly, throwIntoAll } from "./generators.ts";
import { inputsObject } from "./inputs-object.ts";
import { compileMiddleware, surround } from "./middleware.ts";
import { compileWatch, finishWatched, watchPhases, type Over, type Watch } from "./observe.ts";
import { layOut } from "./phases.ts";
import type { Plan } from "./plan.ts";
import { declaredText, OutputError } from "./result.ts";
import { runPhase } from "./run-phase.ts";
import { Run } from "./run.ts";
import type { PlanSettings } from "./settings.ts";
import { usable } from "./usable.ts";
import { compileValues } from "./values.ts";

/** What was agreed on for one connection, before it is made. */
interface Agreed {
  readonly protocol: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Compiles the route of a socket. Up to the call of its function everything is as on other routes: what is wrong is an
 * ordinary reply. Then the connection takes the place of the reply: the function runs, and whatever comes after a reply that
 * was sent comes after the end of the connection.
 */
export function compileSocketPlan(route: Route, socket: AnySocket, settings: PlanSettings): Plan {
  const errorHandlers = compileErrorHandlers(route.scope);
  const frame = new Frame(settings, errorHandlers, route);
  const announce = deprecationFields(route);
  const layers = compileMiddleware(route.scope);
  const watch = compileWatch(layers, route);
  const agree = compileAgreement(route, socket.contract, settings, watch);
  const converse = compileConversation(route, socket, settings);

  const answer = async (run: Run, over: Over | undefined): Promise<void> => {
    const { exchange } = run;
    let agreed: Agreed | undefined;
    const fill = surround(layers, async (inner) => {
      try {
        if (exchange.upgrade === undefined) throw upgradeRequired(exchange);
        agreed = await agree(inner);
        inner.exchange.status = SWITCHING_PROTOCOLS;
      } catch (error) {
        await fail(inner, error, errorHandlers);
      }
    });
    await fill(run);
    // Middleware may have put another reply in the place of this one.
    if (agreed === undefined || exchange.status !== SWITCHING_PROTOCOLS)
      await (over === undefined ? finish(run) : finishWatched(run, over));
    else await converse(run, agreed, over);
  };
  return (exchange, params) => {
    const run = new Run(exchange, params, frame);
    if (announce !== undefined) announce(run);
    return watch === undefined ? answer(run, undefined) : watch.around(run, (over) => answer(run, over));
  };
}

function compileAgreement(
  route: Route,
  contract: SocketContract,
  settings: PlanSettings,
  watch: Watch | undefined,
): (run: Run) => Promise<Agreed> {
  const handshake = compileHandshake(contract);
  const layout = layOut(route);
  const phases = watchPhases(layout.phases, watch);
  const giveValues = compileValues(layout, settings);
  return async (run) => {
    // Cheaper than any guard, and for pages of strange origins the only one.
    const protocol = handshake(run.exchange);
    giveValues(run);
    // One after the other: a guard comes before what it guards.
    for (const phase of phases) await runPhase(run, phase);
    if (run.exchange.aborted) throw new ClientGone();
    return { protocol, inputs: inputsObject(layout.endpoint, run.values) };
  };
}

function compileConversation(
  route: Route,
  socket: AnySocket,
  settings: PlanSettings,
): (run: Run, agreed: Agreed, over: Over | undefined) => Promise<void> {
  const { contract } = socket;
  const { maxMessage = MEBIBYTE, compress = false } = contract;
  const connecting = compileSettings(route, contract, settings);

  return async (run, { protocol, inputs }, over) => {
    const { exchange } = run;
    let raw: RawSocket;
    try {
      raw = await exchange.upgrade!({ protocol, maxMessage, compress });
    } catch (error) {
      await failed(run, error);
      return over?.(run, { failed: true });
    }
    run.inFunction = true;
    const connection = new LiveConnection(raw, connecting, {
      protocol: protocol ?? "",
      remoteAddress: exchange.remoteAddress,
      signal: exchange.signal,
      abort: (reason) => exchange.abort(reason),
      notSent: (error) => run.log("error", "a message was not sent", error),
    });
    try {
      await socket({ ...inputs, connection });
      await closeEarly(run);
    } catch (error) {
      const pending = failed(run, error);
      connection.close(1011);
      await pending;
      await connection.gone;
      return over?.(run, { failed: true });
    }
    connection.close();
    await connection.gone;
    over?.(run);
    return await settle(run);
  };
}

/** What a function throws when its client has gone says nothing new; generators see it all the same. */
async function failed(run: Run, error: unknown): Promise<void> {
  if (!saysClientGone(run, error))
    run.log("error", "closed with 1011 for an error that the function did not handle", error);
  run.failure = error;
  await throwIntoAll(run);
  if (run.failure !== error)
    run.log("error", "a dependency failed at the failure of the socket", run.failure);
}

const MEBIBYTE = 1024 * 1024;
const HEARTBEAT = 30_000;

function compileSettings(
  route: Route,
  { receive, maxBuffered = MEBIBYTE, heartbeat = HEARTBEAT, onInvalid }: SocketContract,
  settings: PlanSettings,
): ConnectionSettings {
  const read = messageReader(receive, settings.limits.jsonDepth);
  return { read, write: compileWriting(route, settings), onInvalid, maxBuffered, heartbeat };
}

function compileWriting(route: Route, settings: PlanSettings): WriteMessage {
  const { send } = (route.endpoint as AnySocket).contract;
  if (send === undefined) return asItIs;
  const isTrusted = route.trusted || settings.trusted === true;
  const toText = usable(route, "the messages of 'send'", () =>
    declaredText(send, isTrusted, "the message is not what send says"),
  );
  const complete = (text: string | undefined): string => {
    if (text === undefined) throw new OutputError("undefined is no message");
    return text;
  };
  return (message) => {
    const text = toText(message);
    return typeof text === "object" ? text.then(complete) : complete(text);
  };
}

function asItIs(message: unknown): string | Uint8Array {
  if (typeof message === "string" || message instanceof Uint8Array) return message;
  throw new OutputError("a message is a string or bytes unless 'send' of the contract says what it is");
}
