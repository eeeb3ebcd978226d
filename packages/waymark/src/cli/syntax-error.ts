import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Paint } from "./terminal.ts";

/** One line of the message that esbuild gives for TypeScript it cannot read: "/app.ts:3:5: ERROR: Expected …". */
const ESBUILD_LINE = /^(.+):(\d+):(\d+): ERROR: (.*)$/;

/** What is wrong and the line it is in; undefined for any other error. */
export function describeSyntaxError(error: unknown, paint: Paint, directory: string): string | undefined {
  if (!(error instanceof Error) || error.name !== "TransformError") return undefined;
  const places = error.message.split("\n").flatMap((line) => {
    const match = ESBUILD_LINE.exec(line);
    return match === null ? [] : [describePlace(match, paint, directory)];
  });
  return places.length === 0 ? undefined : places.join("\n");
}

function describePlace(match: RegExpExecArray, paint: Paint, directory: string): string {
  const [, file = "", line = "", column = "", message = ""] = match;
  const source = sourceLine(file, Number(line));
  // esbuild counts bytes of UTF-8 from 0, editors count characters from 1.
  const before =
    source === undefined ? undefined : Buffer.from(source).subarray(0, Number(column)).toString();
  const editorColumn = (before?.length ?? Number(column)) + 1;
  const head = `${paint("red", "error:")} ${relative(directory, file)}:${line}:${editorColumn}: ${message}\n`;
  if (before === undefined) return head;
  const margin = " ".repeat(line.length);
  return `${head}  ${line} | ${source}\n  ${margin} | ${before.replace(/[^\t]/g, " ")}${paint("red", "^")}\n`;
}

function sourceLine(file: string, line: number): string | undefined {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/)[line - 1];
  } catch {
    return undefined; // the file changed or went away since
  }
}
