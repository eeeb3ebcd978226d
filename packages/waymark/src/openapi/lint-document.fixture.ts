import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What Redocly's linter says about a document. */
export interface LintProblem {
  /** Which of the documents, from 0. */
  readonly document: number;
  readonly severity: "error" | "warn";
  /** "operation-4xx-response" */
  readonly rule: string;
  readonly message: string;
  /** JSON pointer: "#/paths/~1ping/get/responses" */
  readonly at: string | undefined;
}

/**
 * What Redocly's recommended rules find in several documents, objects or texts: by one run, since the linter takes longer
 * to start than to lint.
 */
export async function lintDocuments(documents: readonly unknown[]): Promise<LintProblem[]> {
  const directory = await mkdtemp(join(tmpdir(), "waymark-lint-"));
  try {
    const files = documents.map((_, index) => join(directory, `${index}.json`));
    await Promise.all(
      documents.map((each, index) =>
        writeFile(files[index]!, typeof each === "string" ? each : JSON.stringify(each)),
      ),
    );
    const output = await run(
      ["lint", ...files, "--extends=recommended", "--format=json", "--max-problems=1000"],
      directory,
    );
    return read(output, documents.length);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The errors of several documents, each with the name of its document: what a test expects to be empty. */
export async function lintErrors(documents: ReadonlyMap<string, unknown>): Promise<string[]> {
  const names = [...documents.keys()];
  const problems = await lintDocuments([...documents.values()]);
  return problems
    .filter(({ severity }) => severity === "error")
    .map(({ document, rule, message, at }) => `${names[document]}: ${rule} at ${at}: ${message}`);
}

/** In a directory of its own, so that no configuration of a parent takes part. */
function run(args: readonly string[], cwd: string): Promise<string> {
  const cli = join(
    dirname(createRequire(import.meta.url).resolve("@redocly/cli/package.json")),
    "bin",
    "cli.js",
  );
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
    NO_COLOR: "1",
  };
  const child = spawn(process.execPath, [cli, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () =>
      output.includes("{") ? resolve(output) : reject(new Error(`the linter said nothing:\n${complaints}`)),
    );
  });
}

interface Report {
  readonly problems: readonly {
    readonly ruleId: string;
    readonly severity: "error" | "warn";
    readonly message: string;
    readonly location: readonly { readonly pointer?: string }[];
  }[];
}

/** One report for each document, printed without anything between them. */
function read(output: string, count: number): LintProblem[] {
  const text = output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1).replaceAll("\n}{\n", "\n},{\n");
  const reports = JSON.parse(`[${text}]`) as Report[];
  if (reports.length !== count)
    throw new Error(`the linter reported on ${reports.length} of ${count} documents`);
  return reports.flatMap(({ problems }, document) =>
    problems.map(({ ruleId, severity, message, location }) => ({
      document,
      severity,
      rule: ruleId,
      message,
      at: location[0]?.pointer,
    })),
  );
}
