import { dependency, type Dependency } from "../dependency.ts";
import { Hiding } from "../http/hide-secrets.ts";
import { knownSecrets } from "../http/known-secrets.ts";
import type { IncomingRequest } from "../http/request.ts";
import { visibleLine } from "../http/visible-text.ts";
import type { Input } from "../inputs/input.ts";
import { request } from "../inputs/request.ts";
import { isFieldLogger, logSink, type FieldLogger, type LineLogger } from "./log-sink.ts";

/** What a function logs by: fields and a message, or a message alone. */
export interface RequestLogger {
  error(fields: object, message?: string): void;
  error(message: string): void;
  warn(fields: object, message?: string): void;
  warn(message: string): void;
  info(fields: object, message?: string): void;
  info(message: string): void;
  debug(fields: object, message?: string): void;
  debug(message: string): void;
}

/** A child of pino has the levels of its parent, and so its type. */
type ChildOf<L> = L extends FieldLogger ? L : RequestLogger;

/**
 * A dependency that gives a function a logger of its request: what it writes carries the request's id, route, endpoint and
 * operationId. Of pino it is a child, with all that pino can do; of `console` one that writes lines of JSON. Routes that do
 * not ask for it pay nothing.
 *
 * ```ts
 * const log = requestLogger(pino());
 * const buy = endpoint({ input: { log, order: body(Order) } }, ({ log, order }) => {
 *   log.info({ orderId: order.id }, "bought");
 * });
 * ```
 */
export function requestLogger<const L extends FieldLogger | LineLogger = LineLogger>(
  logger?: L,
): Dependency<{ readonly request: Input<"request", IncomingRequest, never> }, ChildOf<L>, never> {
  const target = logger ?? console;
  return dependency({ name: "requestLogger", input: { request: request() } }, ({ request }) => {
    const fields = fieldsOf(request);
    return (isFieldLogger(target) ? target.child(fields) : lineLogger(target, fields)) as ChildOf<L>;
  });
}

function fieldsOf({ id, method, route }: IncomingRequest): Record<string, string> {
  const { template, name, operationId } = route;
  const fields = { method: visibleLine(method), route: template, endpoint: name, operationId };
  return id === undefined ? fields : { requestId: visibleLine(id), ...fields };
}

function lineLogger(logger: LineLogger, fields: Readonly<Record<string, string>>): RequestLogger {
  const write = logSink(logger);
  const at =
    (level: "error" | "warn" | "info" | "debug") =>
    (first: object | string, message = ""): void => {
      const hiding = new Hiding(knownSecrets());
      if (typeof first === "string") write(level, fields, hiding.text(first));
      else {
        const own = first instanceof Error ? { err: first } : first;
        write(level, { ...fields, ...(hiding.value(own) as object) }, hiding.text(message));
      }
    };
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}
