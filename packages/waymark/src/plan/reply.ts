import { EventStream } from "../http/event-stream.ts";
import { Reply } from "../http/reply.ts";
import { writeReply } from "../http/write-reply.ts";
import { writeWebResponse } from "../http/web-response.ts";
import { encoder, type Encode } from "../schema/encode.ts";
import type { Run } from "./run.ts";

/** As a plain value is written where no output says how. */
export const encodeJson: Encode = encoder();

const NO_FIELDS: readonly string[] = [];

/** Whether a value is a reply of its own, and not something to be written as JSON. */
export function isReply(value: unknown): value is Reply | Response {
  return value instanceof Reply || value instanceof Response;
}

/** Fills the exchange in with a reply of its own; `status` stands where neither it nor `response()` names one. */
export function writeOwnReply(
  run: Run,
  own: Reply | Response,
  status: number,
  encode: (value: unknown) => string | undefined = encodeJson,
): void | Promise<void> {
  const { exchange } = run;
  run.fieldsBefore = exchange.fields?.slice() ?? NO_FIELDS;
  if (own instanceof Response) writeWebResponse(exchange, own);
  else {
    const pending = writeReply(exchange, own, encode);
    if (pending !== undefined) return pending.then(() => written(run, status));
  }
  return written(run, status);
}

function written(run: Run, status: number): void {
  const { exchange } = run;
  if (exchange.status === 0) exchange.status = status;
  if (exchange.payload instanceof EventStream) run.frame.settings.streams?.add(exchange.payload, exchange);
  run.fieldsAfter = exchange.fields?.slice() ?? NO_FIELDS;
}

/** Fills the exchange in with whatever an error handler or middleware returned. */
export function writeValue(run: Run, value: unknown, status: number): void | Promise<void> {
  if (isReply(value)) return writeOwnReply(run, value, status);
  const { exchange } = run;
  exchange.payload = encodeJson(value);
  exchange.contentType ??= "application/json";
  if (exchange.status === 0) exchange.status = status;
  return undefined;
}

/**
 * Makes room for another reply. What was set through `response()` stays; what only the given-up reply said (its status,
 * its type, its own fields) goes, and a stream that nobody will read is told so.
 */
export function startOver(run: Run): void {
  const { exchange } = run;
  const { payload } = exchange;
  exchange.status = 0;
  exchange.contentType = null;
  exchange.payload = null;
  if (typeof payload === "object" && payload !== null && Symbol.asyncIterator in payload)
    giveUp(run, payload);
  const { fieldsBefore } = run;
  if (fieldsBefore === undefined) return;
  // Without fields afterwards the reply failed half-way: all that is there by now is its own.
  const fieldsAfter = run.fieldsAfter ?? exchange.fields?.slice() ?? NO_FIELDS;
  for (let i = 0; i < fieldsAfter.length; i += 2)
    if (!hasLine(fieldsBefore, fieldsAfter[i]!, fieldsAfter[i + 1]!))
      dropLine(exchange.fields, fieldsAfter[i]!, fieldsAfter[i + 1]!);
  run.fieldsBefore = run.fieldsAfter = undefined;
}

/** Tells a stream that nobody will read to stop. */
export function giveUp(run: Run, stream: AsyncIterable<unknown>): void {
  const log = (error: unknown): void => run.log("error", "a stream failed when it was told to stop", error);
  try {
    void Promise.resolve(stream[Symbol.asyncIterator]().return?.()).catch(log);
  } catch (error) {
    log(error);
  }
}

function hasLine(fields: readonly string[], name: string, value: string): boolean {
  return indexOfLine(fields, name, value) !== -1;
}

function dropLine(fields: string[] | undefined, name: string, value: string): void {
  const index = fields === undefined ? -1 : indexOfLine(fields, name, value);
  if (index !== -1) fields!.splice(index, 2);
}

function indexOfLine(fields: readonly string[], name: string, value: string): number {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name && fields[i + 1] === value) return i;
  return -1;
}
