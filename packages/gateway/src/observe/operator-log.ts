import { inspect } from "node:util";
import { logSink, visibleLine, type FieldLogger, type LineLogger } from "waymark/internal";
import type { Report } from "../plane/answer-problem.ts";

export type Level = "info" | "warn" | "error";

/** One thing that whoever runs the gateway has to know. */
export interface Told {
  readonly level: Level;
  readonly message: string;
  /** Fields beside it; those that are undefined are left out. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly error?: unknown;
}

export type Tell = (told: Told) => void;

export interface OperatorLogOptions {
  /** Takes lines without their end. Default: standard error. */
  readonly write?: (line: string) => void;
  /** Lines of text for people, or of JSON for machines. Default: text where standard error is a terminal. */
  readonly format?: "text" | "json";
  /** pino, or what takes lines of text, in the place of both. */
  readonly logger?: FieldLogger | LineLogger | undefined;
}

/**
 * A line for each thing that an operator has to know, beside the access log: time, level, message, the error's code. A stack is
 * one field of a line of JSON, where code failed and nothing else says where.
 */
export function operatorLog({ write, format, logger }: OperatorLogOptions = {}): Tell {
  if (logger !== undefined) {
    const sink = logSink(logger);
    return (told) => sink(told.level, fieldsOf(told), messageOf(told));
  }
  const put = write ?? ((line: string): void => void process.stderr.write(`${line}\n`));
  if ((format ?? (process.stderr.isTTY ? "text" : "json")) === "text")
    return (told) => put(`${WORDS[told.level]}: ${visibleLine(messageOf(told))}`);
  return (told) =>
    put(
      JSON.stringify({
        time: new Date().toISOString(),
        level: told.level,
        msg: visibleLine(messageOf(told)),
        ...fieldsOf(told),
      }),
    );
}

const WORDS: Readonly<Record<Level, string>> = { info: "info", warn: "warning", error: "error" };

/** The same as the parts of the gateway tell it: what comes with an error is one, and its code alone may come as well. */
export function reportTo(tell: Tell): Report {
  return (message, error) =>
    tell(
      isCodeAlone(error)
        ? { level: "error", message, fields: { code: error.code } }
        : { level: error === undefined ? "warn" : "error", message, error },
    );
}

function isCodeAlone(error: unknown): error is { readonly code: string } {
  return typeof error === "object" && error !== null && !(error instanceof Error) && "code" in error;
}

function messageOf({ message, error }: Told): string {
  if (error === undefined) return message;
  const why = error instanceof Error ? error.message || error.name : inspect(error);
  const place = error instanceof Error && isFault(error) ? placeOf(error) : undefined;
  return `${message.replace(/\.$/, "")}: ${why}${place === undefined ? "" : ` (${place})`}`;
}

function fieldsOf({ fields = {}, error }: Told): Record<string, unknown> {
  const all: Record<string, unknown> = { ...fields };
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (typeof code === "string") all["code"] = code;
  if (error instanceof Error && isFault(error)) all["stack"] = error.stack;
  return all;
}

/** What the system says has a code, and its stack shows nothing but Node; without one it is code that failed. */
function isFault(error: Error): boolean {
  return typeof (error as { readonly code?: unknown }).code !== "string";
}

/** `pol.ts:12:7`: where it was thrown. */
function placeOf({ stack }: Error): string | undefined {
  const frame = /^ +at (?:.*\()?(?:file:\/\/)?(\/[^()\n]+:\d+:\d+)\)?$/m.exec(stack ?? "");
  return frame?.[1]?.slice(frame[1].lastIndexOf("/") + 1);
}
