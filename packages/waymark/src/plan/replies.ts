import { Reply, type ReplyContent, type ReplyHeaders } from "../http/reply.ts";
import { type DeclaredReplies, isByStatus, mainStatus } from "../routing/declared-replies.ts";
import type { Route } from "../routing/route.ts";
import { isPromise, toPromise } from "./is-promise.ts";
import { compileContent, type DeclaredContent } from "./reply-content.ts";
import { isReply, writeOwnReply } from "./reply.ts";
import { OutputError, type WriteResult } from "./result.ts";
import type { Run } from "./run.ts";
import type { PlanSettings } from "./settings.ts";
import { usable } from "./usable.ts";

/**
 * The same as `compileResult` for a route that declares several replies, or one that is not JSON. What the function gives is
 * written as the reply of its status is declared; a 2xx that is not declared is refused, since nothing would filter it.
 */
export function compileReplies(route: Route, replies: DeclaredReplies, settings: PlanSettings): WriteResult {
  const trusted = route.trusted || settings.trusted === true;
  const main = mainStatus(replies);
  const declared = new Map(
    [...replies].map(([status, { output }]) => [
      status,
      usable(route, `the output ${status}`, () => compileContent(output, trusted)),
    ]),
  );
  const { map } = route;
  const isMapped = mappedStatuses(route);

  /** `own` is the reply that the value was in. */
  const write = (run: Run, status: number, value: unknown, own?: Reply): void | Promise<void> => {
    const known = declared.get(status);
    if (known === undefined) throw new OutputError(undeclared(status, declared));
    const send = (content: ReplyContent): void | Promise<void> =>
      writeOwnReply(run, new Reply(content, own?.status, headersOf(run, known, own)), status);
    const content = known.toContent(run, value);
    return isPromise(content) ? toPromise(content).then(send) : send(content);
  };
  const plain = (run: Run, value: unknown): void | Promise<void> => {
    const { status } = run.exchange;
    if (value === undefined && (status === 0 || status === 204) && declared.has(204))
      return write(run, 204, value);
    if (main === undefined && status === 0) throw new OutputError(onlyByReply(declared));
    return write(run, status !== 0 && (status < 300 || declared.has(status)) ? status : main!, value);
  };
  const given = (run: Run, result: unknown): void | Promise<void> => {
    if (!isReply(result)) return plain(run, result);
    if (result instanceof Response) return writeOwnReply(run, result, main ?? 200);
    const { content } = result;
    const status = result.status ?? (run.exchange.status || main || 200);
    if (content.kind === "json" && (status < 300 || declared.has(status)))
      return write(run, status, content.value, result);
    return writeOwnReply(run, withFileType(result, declared.get(status)), main ?? 200);
  };
  if (map === undefined) return given;
  return (run, result) => {
    const value = isReply(result) ? valueToMap(result, isMapped) : result;
    if (value === PASSES) return given(run, result);
    const mapped = map(value);
    const then = (settled: unknown): void | Promise<void> => given(run, wrapped(result, settled));
    return isPromise(mapped) ? toPromise(mapped).then(then) : then(mapped);
  };
}

const PASSES: unique symbol = Symbol("passes");

/** What `map` is given of a reply made by hand. */
function valueToMap(reply: Reply | Response, isMapped: (status: number | undefined) => boolean): unknown {
  if (reply instanceof Response || reply.content.kind !== "json" || !isMapped(reply.status)) return PASSES;
  return reply.content.value === undefined ? PASSES : reply.content.value;
}

/** A mapped value in the reply that its original was in. */
function wrapped(result: unknown, mapped: unknown): unknown {
  if (!(result instanceof Reply) || isReply(mapped)) return mapped;
  return new Reply({ kind: "json", value: mapped }, result.status, result.headers);
}

/** Where the function tells its replies apart by status, `map` stands for the main one; otherwise for every success. */
function mappedStatuses({ endpoint: { contract } }: Route): (status: number | undefined) => boolean {
  const { output } = contract;
  if (!isByStatus(output)) return (status) => status === undefined || status < 300;
  const main = Object.keys(output).find((status) => status < "300");
  return (status) => status === undefined || String(status) === main;
}

/** Those of the reply itself first, then what was set by `response()`. */
function headersOf(
  { exchange }: Run,
  { headers }: DeclaredContent,
  own: Reply | undefined,
): ReplyHeaders | undefined {
  if (headers === undefined) return own?.headers;
  const free = Object.entries(headers).filter(([name]) => exchange.getField(name) === undefined);
  return { ...Object.fromEntries(free), ...own?.headers };
}

function withFileType(reply: Reply, declared: DeclaredContent | undefined): Reply {
  const { content } = reply;
  if (
    declared?.fileType === undefined ||
    content.kind !== "file" ||
    content.options.contentType !== undefined
  )
    return reply;
  const options = { ...content.options, contentType: declared.fileType };
  return new Reply({ ...content, options }, reply.status, reply.headers);
}

function undeclared(status: number, declared: ReadonlyMap<number, unknown>): string {
  return `the result has the status ${status}, which output does not declare: it has ${[...declared.keys()].join(", ")}`;
}

function onlyByReply(declared: ReadonlyMap<number, unknown>): string {
  return `output declares no 2xx: return reply(…) with one of ${[...declared.keys()].join(", ")}`;
}
