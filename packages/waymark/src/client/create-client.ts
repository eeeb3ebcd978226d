import type { Client, Operations } from "./client.ts";
import { Deadline } from "./deadline.ts";
import type { Reopen } from "./event-stream.ts";
import type { CallOptions, ClientOptions, FetchLike, HeaderValues, Supplied } from "./options.ts";
import { isProblem, errorOf, readReply, type Reading } from "./read-reply.ts";
import { RetryPolicy } from "./retry.ts";
import { planRoute, type RoutePlan } from "./route-plan.ts";
import { send, type Sending } from "./send.ts";
import { openSocket, type ConnectOptions } from "./socket.ts";
import { ClientError } from "./client-error.ts";
import { writeRequest } from "./write-request.ts";
import type { RouteOptions } from "../routing/declaration.ts";
import type { AnyOperation, OperationParts, OperationTable } from "../routing/operation.ts";

type Values = Readonly<Record<string, unknown>>;
type Replied = Awaited<ReturnType<typeof readReply>>;

/**
 * A client of an application: one method for each operation, with the arguments of its function and the JSON of its
 * reply, nothing generated. Operations are contracts, which a browser can import too, or what `app.route` returns.
 *
 * ```ts
 * const client = createClient({ readProduct }, { baseUrl: "https://api.example.com" });
 * const product = await client.readProduct({ itemId: "1" }); // rejects with a ClientError
 * const result = await client.readProduct.safe({ itemId: "1" }); // declared errors by their status
 * const alias = await client.readProduct.via("GET /products/{productId}")({ itemId: "1" });
 * ```
 */
export function createClient<const A extends Operations>(
  operations: A,
  options: ClientOptions = {},
): Client<A> {
  const settings = settingsOf(options);
  // Null prototype: operations are named by the user.
  const client = Object.create(null) as Record<string, unknown>;
  for (const [name, operation] of Object.entries(operations)) {
    // Without a compiler it may be anything.
    const parts = (operation as Partial<AnyOperation> | undefined)?.["~operation"];
    if (parts === undefined)
      throw new TypeError(
        `createClient: '${name}' is no operation: give a contract, or what app.route returns`,
      );
    client[name] = methodOf(parts, settings);
  }
  return client as Client<A>;
}

interface Settings {
  readonly options: ClientOptions;
  readonly baseUrl: string;
  readonly fetch: FetchLike;
}

function settingsOf(options: ClientOptions): Settings {
  const { app, fetch = app?.fetch ?? ((request) => globalThis.fetch(request)) } = options;
  const { location } = globalThis as { location?: { origin: string } };
  const base = options.baseUrl ?? (app === undefined ? location?.origin : "http://localhost");
  if (base === undefined) throw new TypeError("createClient needs a baseUrl outside of a browser");
  const url = new URL(base, location?.origin);
  return { options, baseUrl: url.origin + url.pathname.replace(/\/+$/, ""), fetch };
}

function methodOf(operation: OperationParts, settings: Settings): unknown {
  const plans = new Map<string, RoutePlan>();
  const planOf = (route: string): RoutePlan => {
    let plan = plans.get(route);
    if (plan === undefined) plans.set(route, (plan = planRoute(operation, route)));
    return plan;
  };
  const main = (): RoutePlan => planOf(mainRoute(operation.routes));
  const via = (route: string): unknown => {
    const plan = planOf(route);
    return callOf(() => plan, settings);
  };
  return Object.assign(callOf(main, settings) as object, { via });
}

/** The canonical route; else the only one; else the first that changes nothing, and is not deprecated if there is such a one. */
export function mainRoute(routes: OperationTable): string {
  const all = Object.keys(routes);
  const unchanged = all.filter((route) => changesNothing(routes[route]!));
  const found =
    all.find((route) => routes[route]!.canonical === true) ??
    (all.length === 1 ? all[0] : undefined) ??
    unchanged.find((route) => (routes[route]!.deprecated ?? false) === false) ??
    unchanged[0];
  if (found === undefined)
    throw new TypeError(
      `no route is canonical, and each has other sources, output or errors: use via, with ${all.join(", ")}`,
    );
  return found;
}

function changesNothing({ bind = {}, output, errors }: RouteOptions): boolean {
  return (
    output === undefined &&
    errors === undefined &&
    Object.values(bind).every((each) => typeof each === "string")
  );
}

function callOf(planOf: () => RoutePlan, settings: Settings): unknown {
  const call = async (values: Values = {}, options: CallOptions = {}): Promise<unknown> => {
    const { replied, reading } = await ask(planOf(), settings, values, options);
    if (replied.ok) return replied.value;
    throw errorOf(replied.response, reading.request, isProblem(replied.error) ? replied.error : undefined);
  };
  return Object.assign(call, {
    safe: async (values: Values = {}, options: CallOptions = {}) =>
      (await ask(planOf(), settings, values, options)).replied,
    connect: async (values: Values = {}, options: ConnectOptions = {}) => {
      const plan = planOf();
      const merged = mergedOptions(settings.options, options);
      const request = await writeRequest({ ...plan, method: "GET" }, settings.baseUrl, values, merged);
      const { webSocket, app } = settings.options;
      if (webSocket === undefined && app !== undefined)
        throw new TypeError(
          "an application that is asked without a network has no sockets: serve it, and give its 'baseUrl'",
        );
      return openSocket(request, plan.contract, { ...merged, ...options }, webSocket);
    },
  });
}

async function ask(
  plan: RoutePlan,
  settings: Settings,
  values: Values,
  given: CallOptions,
): Promise<{ replied: Replied; reading: Reading }> {
  const options = mergedOptions(settings.options, given);
  const request = await writeRequest(plan, settings.baseUrl, values, options);
  const deadline = new Deadline(options.timeout ?? 30_000, options.signal);
  const sending: Sending = {
    fetch: settings.fetch,
    retry: new RetryPolicy(options.retry),
    deadline,
    credentials: options.credentials,
  };
  const reading: Reading = {
    plan,
    request,
    deadline,
    reopen: reopening(request, sending, options.reconnect),
  };
  try {
    return { replied: await readReply(await send(request, sending), reading), reading };
  } catch (error) {
    deadline.release();
    throw error;
  }
}

function reopening(
  request: Reading["request"],
  sending: Sending,
  reconnect: boolean | number = false,
): Reopen | undefined {
  if (reconnect === false || reconnect === 0) return undefined;
  return {
    attempts: reconnect === true ? Number.POSITIVE_INFINITY : reconnect,
    async ask(lastEventId) {
      const headers = new Map(request.headers);
      if (lastEventId !== "") headers.set("last-event-id", utf8(lastEventId));
      const response = await send({ ...request, headers }, { ...sending, retry: new RetryPolicy(false) });
      if (response.status === 204) return undefined;
      if (response.status === 200) return response;
      await response.body?.cancel();
      const kind = sending.retry.afterStatus(response.status) ? "network" : "status";
      throw new ClientError(
        kind,
        request,
        `answered ${response.status} when the stream was asked for again`,
        { response },
      );
    },
  };
}

/** Header fields are bytes to `fetch`; the id goes as UTF-8 (WHATWG HTML §9.2.4). */
function utf8(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

function mergedOptions(shared: ClientOptions, own: CallOptions | ConnectOptions): CallOptions {
  const merged: CallOptions = { ...shared, ...own };
  const signal = bothSignals(shared.signal, own.signal);
  const headers = bothHeaders(shared.headers, own.headers);
  return {
    ...merged,
    ...(signal === undefined ? {} : { signal }),
    ...(headers === undefined ? {} : { headers }),
  };
}

function bothSignals(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one !== undefined && other !== undefined ? AbortSignal.any([one, other]) : (one ?? other);
}

function bothHeaders(
  shared: Supplied<HeaderValues> | undefined,
  own: Supplied<HeaderValues> | undefined,
): Supplied<HeaderValues> | undefined {
  if (shared === undefined || own === undefined) return own ?? shared;
  const supply = async (given: Supplied<HeaderValues>): Promise<HeaderValues> =>
    typeof given === "function" ? given() : given;
  const lowered = (fields: HeaderValues): HeaderValues =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
  return async () => ({ ...lowered(await supply(shared)), ...lowered(await supply(own)) });
}
