import type { DocumentName } from "../documents.ts";
import { diffDocuments } from "../openapi/diff/diff-documents.ts";
import type { Change } from "../openapi/diff/change.ts";
import { CHANGE_CODES, isChangeCode, type ChangeCode } from "../openapi/diff/codes.ts";
import { nearest } from "../routing/nearest.ts";
import { misuse } from "./cli-error.ts";
import { command, type Command } from "./command.ts";
import { isPlaceless } from "./describe-error.ts";
import { countChanges, describeChanges } from "./diff-text.ts";
import { readDocument } from "./read-document.ts";
import { report } from "./report.ts";
import { painter } from "./terminal.ts";

const UNREADABLE = 2;

export const diff: Command = command({
  name: "diff",
  summary: "name what changed between two OpenAPI documents, and what breaks clients",
  description: [
    "Compares two OpenAPI documents (3.0, 3.1 or 3.2, as JSON): files, http(s):// addresses, modules that export an app,",
    "or - for standard input. Names every change and says which ones break clients made for the older document.",
    "Exit code 0: nothing breaks; 1: something does; 2: a document or the command line could not be read.",
  ].join("\n"),
  files: ["<old>", "<new>"],
  options: {
    json: { type: "boolean", help: "the same as JSON" },
    ignore: { type: "string", value: "<codes>", help: "changes to leave out: codes, separated by commas" },
    "fail-on": {
      type: "string",
      value: "<kind>",
      help: "breaking (default), or any: any change gives exit code 1",
    },
    version: { type: "string", value: "<name>", help: "of an app: the version of the API" },
    document: { type: "string", value: "<name>", help: "of an app: one of its documents" },
    export: { type: "string", value: "<name>", help: "name of the export that is the app" },
  },
  async run(_file, values, [older = "", newer = ""]) {
    const ignored = parseIgnored(values.ignore);
    const failOn = parseFailOn(values["fail-on"]);
    const all = await compare(older, newer, values.export, values);
    if (all === undefined) return UNREADABLE;
    const changes = all.filter(({ code }) => !ignored.has(code));
    const counts = { ...countChanges(changes), ignored: all.length - changes.length };
    const text =
      values.json === true
        ? `${JSON.stringify({ ...counts, changes }, null, 2)}\n`
        : describeChanges(changes, counts, painter(process.stdout));
    process.stdout.write(text);
    return (failOn === "any" ? changes.length : counts.breaking) > 0 ? 1 : 0;
  },
});

/** Undefined, and said why, where a document cannot be had: that is no verdict, and must not look like one. */
async function compare(
  older: string,
  newer: string,
  exportName: string | undefined,
  name: DocumentName,
): Promise<readonly Change[] | undefined> {
  try {
    const before = await readDocument(older, exportName, name);
    const after = newer === older ? before : await readDocument(newer, exportName, name);
    return diffDocuments(before, after);
  } catch (error) {
    if (isPlaceless(error)) throw error;
    report(error instanceof TypeError && error.message.includes("OpenAPI 3") ? misuse(error.message) : error);
    return undefined;
  }
}

function parseIgnored(text: string | undefined): ReadonlySet<ChangeCode> {
  const codes = (text ?? "")
    .split(",")
    .map((code) => code.trim())
    .filter((code) => code !== "");
  return new Set(codes.map(asCode));
}

function asCode(text: string): ChangeCode {
  if (isChangeCode(text)) return text;
  const guess = nearest(text, Object.keys(CHANGE_CODES));
  throw misuse(
    `There is no change with the code ${text}.`,
    guess === undefined ? "The codes stand in brackets behind the changes." : `Did you mean ${guess}?`,
  );
}

function parseFailOn(text = "breaking"): "breaking" | "any" {
  if (text === "breaking" || text === "any") return text;
  throw misuse(`--fail-on "${text}" is neither breaking nor any.`);
}
