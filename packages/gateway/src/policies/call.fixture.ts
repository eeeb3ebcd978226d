import { HttpError } from "waymark/internal";
import { BareExchange, type BareRequest } from "../../../waymark/src/http/bare-exchange.fixture.ts";
import type { Call, EarlyReply, Principal, ReplyChange, Step, StepContext, UpstreamReply } from "../call.ts";
import {
  operationOf as plainOperation,
  serviceOf as plainService,
  upstreamOf,
} from "../plane/snapshot.fixture.ts";
import type { Operation, Policy, Service } from "../snapshot.ts";

export const ORIGIN = { file: "gateway.yaml", line: 1, pointer: "" } as const;

/** An operation that everybody may call, and that takes nothing. */
export function operationOf(parts: Partial<Operation> = {}): Operation {
  const names = { id: "orders:readOrder", service: "orders", operationId: "readOrder" };
  return plainOperation("GET /orders/{orderId}", { ...names, origin: ORIGIN, ...parts });
}

export function serviceOf(parts: Partial<Service> = {}): Service {
  return plainService(upstreamOf([]), { name: "orders", title: "Orders", origin: ORIGIN, ...parts });
}

export function policy(kind: string, phase: Policy["phase"], options: object, pointer = `/${kind}`): Policy {
  return { kind, phase, options: options as Policy["options"], origin: { ...ORIGIN, pointer } };
}

export interface TestContext extends StepContext {
  readonly reports: string[];
  /** Ends what is shared, as a gateway does when it stops. */
  close(): Promise<void>;
}

export function contextOf(parts: Partial<StepContext> = {}): TestContext {
  const shared = new Map<
    string,
    { readonly value: unknown; readonly end: (() => void | Promise<void>) | undefined }
  >();
  const reports: string[] = [];
  return {
    operation: operationOf(),
    service: serviceOf(),
    schemas: {},
    consumers: [],
    redis: null,
    modules: new Map(),
    reports,
    report: (problem, error) =>
      void reports.push(error instanceof Error ? `${problem}: ${error.message}` : problem),
    shared<T>(key: string, make: () => T, end?: (value: T) => void | Promise<void>): T {
      let known = shared.get(key);
      if (known === undefined) {
        const value = make();
        shared.set(key, (known = { value, end: end === undefined ? undefined : () => end(value) }));
      }
      return known.value as T;
    },
    async close() {
      for (const { end } of shared.values()) await end?.();
    },
    ...parts,
  };
}

export interface TestRequest extends BareRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly clientAddress?: string;
  readonly principal?: Principal | null;
  readonly fingerprint?: string;
}

export interface TestCall extends Call {
  /** Ends it, as when the reply was sent. */
  end(): void;
}

/** A call as the data plane makes it, from a plain request. */
export function callOf(
  request: TestRequest,
  { operation, service }: Pick<StepContext, "operation" | "service"> = contextOf(),
): TestCall {
  const { params = {}, clientAddress = "192.0.2.1", principal = null, fingerprint, body } = request;
  const finishers: (() => void)[] = [];
  let isOver = false;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return {
    exchange: new BareExchange(request),
    operation,
    service,
    params: new Map(Object.entries(params)),
    clientAddress,
    clientCertificate: fingerprint === undefined ? undefined : { fingerprint },
    principal,
    body: bytes,
    upstreamHeaders: new Map(),
    upstreamSearch: undefined,
    upstreamBody: undefined,
    replyHeaders: new Map(),
    log: {},
    onEnd: (finish) => {
      if (isOver) finish();
      else finishers.push(finish);
    },
    end() {
      isOver = true;
      for (const finish of finishers.splice(0)) finish();
    },
  };
}

/** Runs steps in their order until one refuses or replies. */
export async function runAll(steps: readonly Step[], call: Call): Promise<EarlyReply | undefined> {
  for (const { run } of steps) {
    const early = await run?.(call);
    if (early !== undefined && early !== null) return early as EarlyReply;
  }
  return undefined;
}

/** What refuses a call; undefined where nothing does. */
export async function refusalOf(steps: readonly Step[], call: Call): Promise<HttpError | undefined> {
  try {
    await runAll(steps, call);
    return undefined;
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
}

export function replyOf(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): UpstreamReply {
  const body = typeof value === "string" ? value : JSON.stringify(value);
  return {
    status,
    headers: new Map(Object.entries({ "content-type": "application/json", ...headers })),
    body: new TextEncoder().encode(body),
  };
}

/** The JSON that a change puts in the place of a reply's. */
export function jsonOf(change: ReplyChange | undefined): unknown {
  return change?.body === undefined ? undefined : JSON.parse(new TextDecoder().decode(change.body));
}

export function principalOf(
  parts: Partial<Omit<Principal, "scopes">> & { readonly scopes?: readonly string[] } = {},
): Principal {
  return {
    id: "consumer:mobile",
    consumer: "mobile",
    scheme: "key",
    credential: "0123456789abcdef",
    claims: {},
    ...parts,
    scopes: new Set(parts.scopes ?? []),
  };
}
