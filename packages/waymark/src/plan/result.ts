import type { Reply } from "../http/reply.ts";
import type { Schema } from "../inputs/input.ts";
import type { Route } from "../routing/route.ts";
import { encoder } from "../schema/encode.ts";
import { NO_VERDICT } from "../schema/fast/node.ts";
import { fastReply } from "../schema/fast/reply.ts";
import { outputFilter } from "../schema/filter.ts";
import { jsonSchema } from "../schema/json-schema.ts";
import { validate, type Verdict } from "../schema/validate.ts";
import { isPromise, toPromise } from "./is-promise.ts";
import { encodeJson, isReply, writeOwnReply } from "./reply.ts";
import type { Run } from "./run.ts";
import type { PlanSettings } from "./settings.ts";
import { usable } from "./usable.ts";

/** Fills the exchange in with what the function returned. Throws or rejects where it cannot be a reply. */
export type WriteResult = (run: Run, result: unknown) => void | Promise<void>;

/** Thrown for a result that `output` refuses: a fault of the application, so a logged 500 that says nothing. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** A plain value as text; undefined where there is nothing to send. */
export type ToText = (value: unknown) => string | undefined | Promise<string | undefined>;

export function compileResult(route: Route, settings: PlanSettings): WriteResult {
  const success = route.status ?? 200;
  // Without content, 204 says so (RFC 9110 §15.3.5), unless the route or the function chose a status.
  const empty = route.status ?? 204;
  const toText = compileToText(route, settings);
  const isVersioned = route.version !== undefined;

  const send = (run: Run, text: string | undefined): void => {
    const { exchange } = run;
    if (exchange.status === 0) exchange.status = text === undefined ? empty : success;
    if (text === undefined) {
      // The type of a version stands there before anybody knows whether there is something to send.
      if (isVersioned) exchange.contentType = null;
      return;
    }
    exchange.payload = text;
    exchange.contentType ??= "application/json";
  };
  return (run, result) => {
    if (typeof result === "object" && result !== null && isReply(result))
      return own(run, result, success, toText);
    const text = toText(result);
    return isPromise(text) ? text.then((settled) => send(run, settled)) : send(run, text);
  };
}

/**
 * A reply of its own. JSON of a 2xx status is the result said in another way: it is mapped, validated and filtered as a
 * plain result is, so that no way of returning it lets an undeclared field out. Everything else goes as it is.
 */
function own(run: Run, reply: Reply | Response, success: number, toText: ToText): void | Promise<void> {
  if (reply instanceof Response || reply.content.kind !== "json") return writeOwnReply(run, reply, success);
  const { value } = reply.content;
  const status = reply.status ?? success;
  if (value === undefined || status >= 300) return writeOwnReply(run, reply, success);
  const text = toText(value);
  if (isPromise(text)) return text.then((settled) => writeOwnReply(run, reply, success, () => settled));
  return writeOwnReply(run, reply, success, () => text);
}

function compileToText(route: Route, settings: PlanSettings): ToText {
  const { map, output } = route;
  const write =
    output === undefined
      ? plainText
      : usable(route, "the output", () => declaredText(output, route.trusted || settings.trusted === true));
  return map === undefined ? write : (value) => write(map(value));
}

function plainText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (ArrayBuffer.isView(value)) throw new OutputError(BYTES);
  const text = encodeJson(value);
  // What iterators and the like become: checked here, so that ordinary values are not asked.
  if (text === "{}") refuseLost(value as object);
  return text;
}

const BYTES = "a function cannot return bytes; wrap them in reply.bytes(new Uint8Array(…), contentType)";

/** What has something to say, and nothing of it in JSON. */
function refuseLost(value: object): void {
  if (value instanceof ArrayBuffer || value instanceof Blob) throw new OutputError(BYTES);
  if (Symbol.asyncIterator in value)
    throw new OutputError(
      "a function cannot return an async iterable by itself: declare output: jsonLines(Item) or events(Item), or wrap it in reply.stream, reply.events or reply.jsonLines",
    );
  if (Symbol.iterator in value || value instanceof Error)
    throw new OutputError(
      `JSON has no form for ${value instanceof Error ? "an error: throw it" : "a Map, a Set or an iterator: return an array or an object made of it"}`,
    );
}

/** How a value is written by a schema: its verdict, filtered to its keys. `fault` begins the error. */
export function declaredText(
  output: Schema,
  trusted: boolean,
  fault = "the result is not what output says",
): ToText {
  const schema = jsonSchema(output, "output");
  const filter = outputFilter(schema);
  const encode = encoder(schema);
  const write = (value: unknown): string | undefined =>
    value === undefined ? undefined : encode(filter(value));
  if (trusted) return write;
  const judge = (verdict: Verdict): string | undefined => {
    if (verdict.issues !== undefined) throw refused(fault, verdict.issues);
    return write(verdict.value);
  };
  const fast = fastReply(output, schema);
  return (value) => {
    const text = fast === undefined ? NO_VERDICT : fast(value);
    if (text !== NO_VERDICT) return text;
    const verdict = validate(output, value);
    return isPromise(verdict) ? toPromise(verdict).then(judge) : judge(verdict);
  };
}

function refused(fault: string, issues: NonNullable<Verdict["issues"]>): OutputError {
  const said = issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  return new OutputError(`${fault}: ${said.join("; ")}`);
}
