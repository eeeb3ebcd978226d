import { ClientError } from "./client-error.ts";
import { unlessAborted, type Deadline } from "./deadline.ts";
import { declaredError, declaredOutput, isSchema, kindOf } from "./declared.ts";
import { EventStream, type Reopen } from "./event-stream.ts";
import { jsonLines } from "./json-lines.ts";
import type { Failure, Problem } from "./problem.ts";
import type { RoutePlan } from "./route-plan.ts";
import { failure } from "./send.ts";
import type { Success } from "./value.ts";
import type { WrittenRequest } from "./write-request.ts";

export interface Reading {
  readonly plan: RoutePlan;
  readonly request: WrittenRequest;
  readonly deadline: Deadline;
  /** Asks again for an event stream that broke. */
  readonly reopen: Reopen | undefined;
}

/** The reply as `safe` gives it. Throws a `ClientError` for one that was not declared. */
export async function readReply(
  response: Response,
  reading: Reading,
): Promise<Success<number, unknown> | Failure<number, unknown>> {
  const { status } = response;
  if (response.status >= 400) return readError(response, reading);
  return { ok: true, status, value: await readValue(response, reading), response };
}

async function readValue(response: Response, reading: Reading): Promise<unknown> {
  const { plan, request, deadline } = reading;
  const type = mediaType(response);
  const output = declaredOutput(plan, response.status);
  if (plan.method === "HEAD" || [204, 205, 304].includes(response.status)) return drop(response, deadline);
  if (output === undefined) {
    if (isJson(type)) return readJson(response, reading);
    if (type === "") return drop(response, deadline);
    return unread(response, reading);
  }
  const expect = (wanted: string, isIt: boolean): void => {
    if (isIt) return;
    drop(response, deadline);
    const said = type === "" ? "without a content type" : `with ${type}`;
    throw new ClientError(
      "reply",
      request,
      `answered ${response.status} ${said}, where ${wanted} was declared`,
      {
        response,
      },
    );
  };
  if (isSchema(output)) {
    expect("JSON", isJson(type));
    return readJson(response, reading);
  }
  const kind = kindOf(output);
  switch (kind["~output"]) {
    case "events":
      expect("text/event-stream", type === "text/event-stream");
      return new EventStream(begun(response, deadline), kind.item, request, deadline, reading.reopen);
    case "jsonLines":
      expect(kind.contentType, type === kind.contentType.split(";")[0]!.trim().toLowerCase());
      return jsonLines(begun(response, deadline), request, deadline);
    case "content":
      return unread(response, reading);
    case "empty":
      return drop(response, deadline);
  }
}

function begun(response: Response, deadline: Deadline): Response {
  deadline.stopClock();
  return response;
}

/** The reply for the caller to read, whom the caller's signal still ends; then nothing is left behind at that signal. */
function unread(response: Response, { request, deadline }: Reading): Response {
  deadline.stopClock();
  if (!deadline.isFollowing || response.body === null) return response;
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await unlessAborted(reader.read(), deadline.signal);
        if (!done) return controller.enqueue(value);
        deadline.release();
        controller.close();
      } catch (error) {
        deadline.release();
        reader.cancel().catch(() => undefined);
        controller.error(failure(request, deadline, error));
      }
    },
    async cancel(reason) {
      deadline.release();
      await reader.cancel(reason);
    },
  });
  return new Response(body, response);
}

function drop(response: Response, deadline: Deadline): undefined {
  response.body?.cancel().catch(() => undefined);
  deadline.release();
}

async function readJson(response: Response, { request, deadline }: Reading): Promise<unknown> {
  const text = await readText(response, request, deadline);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ClientError("reply", request, `answered ${response.status} with what is not JSON`, {
      response,
      cause,
    });
  }
}

async function readText(response: Response, request: WrittenRequest, deadline: Deadline): Promise<string> {
  try {
    return await unlessAborted(response.text(), deadline.signal);
  } catch (error) {
    throw failure(request, deadline, error);
  } finally {
    deadline.release();
  }
}

async function readError(
  response: Response,
  { plan, request, deadline }: Reading,
): Promise<Failure<number, unknown>> {
  const { status } = response;
  const type = mediaType(response);
  const text = plan.method === "HEAD" ? "" : await readText(response, request, deadline);
  const value = isJson(type) ? parsed(text) : undefined;
  const declared = declaredError(plan, status);
  if (declared !== undefined && declared !== true && declared.mediaType !== undefined) {
    const isIt = type === declared.mediaType.split(";")[0]!.trim().toLowerCase();
    if (isIt) return { ok: false, status, error: isJson(type) ? value : text, response };
  }
  const problem = isProblem(value) ? value : undefined;
  if (declared !== undefined && problem !== undefined) return { ok: false, status, error: problem, response };
  throw errorOf(response, request, problem);
}

/** What a plain call throws for an error, declared or not. */
export function errorOf(
  response: Response,
  request: WrittenRequest,
  problem: Problem | undefined,
): ClientError {
  const what = problem?.detail ?? problem?.title;
  const type = mediaType(response);
  const said =
    what !== undefined ? `: ${what}` : type === "" ? "" : ` with ${type}, which is no problem document`;
  return new ClientError("status", request, `answered ${response.status}${said}`, { response, problem });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 9457 §3.1: all members may be missing. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mediaType(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
}

function isJson(type: string): boolean {
  return /^application\/(?:.+\+)?json$/.test(type);
}
