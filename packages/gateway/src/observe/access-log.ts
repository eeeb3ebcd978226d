import { logSink, visibleLine, type FieldLogger, type LineLogger } from "waymark/internal";
import type { Finished, Watcher } from "./watcher.ts";

export interface AccessLogOptions {
  /** pino, or what takes lines of text. Default: lines of JSON on standard output, written together. */
  readonly logger?: FieldLogger | LineLogger;
  /** Bytes of the body that a service's reply had. Default false. */
  readonly bytes?: boolean;
  /** What the client calls itself. Default false. */
  readonly userAgent?: boolean;
}

/**
 * A line of JSON a request: method, path, status, operation, service, milliseconds, target, attempts, client and caller.
 * Never the query, a header field, or a body: what is secret is not asked for. Control characters from outside are escaped.
 */
export function accessLog({ logger, bytes = false, userAgent = false }: AccessLogOptions = {}): Watcher {
  const readsUserAgent = userAgent;
  if (logger === undefined) {
    const lines = new Lines((text, done) => process.stdout.write(text, done));
    return {
      readsUserAgent,
      over: (finished) => lines.add(JSON.stringify(fieldsOf(finished, new Date().toISOString(), bytes))),
      end: () => lines.flush(),
    };
  }
  const write = logSink(logger);
  return {
    readsUserAgent,
    over(finished) {
      const fields = fieldsOf(finished, undefined, bytes);
      const level = finished.status >= 500 ? "error" : finished.isAborted ? "warn" : "info";
      write(level, fields, `${String(fields["method"])} ${String(fields["path"])} ${finished.status}`);
    },
  };
}

function fieldsOf(finished: Finished, time: string | undefined, hasBytes: boolean): Record<string, unknown> {
  const {
    operation,
    upstreamMilliseconds,
    target,
    attempts,
    failure,
    reason,
    refused,
    principal,
    isAborted,
    log,
  } = finished;
  const fields: Record<string, unknown> = {};
  if (time !== undefined) fields["time"] = time;
  fields["method"] = visibleLine(finished.method);
  fields["path"] = visibleLine(finished.path);
  fields["status"] = finished.status;
  fields["host"] = visibleLine(finished.host);
  if (operation !== null) {
    fields["service"] = operation.service;
    fields["operation"] = operation.id;
  }
  fields["ms"] = rounded(finished.milliseconds);
  if (upstreamMilliseconds !== undefined) fields["upstreamMs"] = rounded(upstreamMilliseconds);
  if (target !== undefined) fields["target"] = target;
  if (attempts > 1) fields["attempts"] = attempts;
  if (failure !== undefined) fields["failure"] = failure;
  if (reason !== undefined) fields["reason"] = reason;
  if (refused !== undefined) fields["refused"] = refused;
  if (hasBytes && finished.bytes !== undefined) fields["bytes"] = finished.bytes;
  if (finished.userAgent !== undefined) fields["userAgent"] = visibleLine(finished.userAgent);
  fields["client"] = visibleLine(finished.clientAddress);
  if (principal !== undefined) fields["principal"] = visibleLine(principal);
  if (isAborted) fields["aborted"] = true;
  return log === undefined ? fields : { ...fields, ...log };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/** Milliseconds until what was gathered is written: a write for every request would cost more than the request's log line. */
const GATHER = 20;
/** Characters that wait at most for an output that does not take them. What is more is dropped, and counted. */
const MOST_WAITING = 8 * 1024 * 1024;

/** Gathers lines and writes them together. Nothing waits without bound: a log that stands still stops no request. */
export class Lines {
  readonly #write: (text: string, done: () => void) => unknown;
  #gathered = "";
  #waiting = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (text: string, done: () => void) => unknown) {
    this.#write = write;
  }

  add(line: string): void {
    if (this.#waiting + this.#gathered.length > MOST_WAITING) {
      this.#dropped++;
      return;
    }
    this.#gathered += `${line}\n`;
    this.#timer ??= setTimeout(() => this.flush(), GATHER);
  }

  /** Writes what there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    let text = this.#gathered;
    this.#gathered = "";
    if (this.#dropped > 0) {
      text += `${JSON.stringify({ level: "warn", msg: "lines were dropped", dropped: this.#dropped })}\n`;
      this.#dropped = 0;
    }
    if (text === "") return;
    this.#waiting += text.length;
    this.#write(text, () => (this.#waiting -= text.length));
  }
}
