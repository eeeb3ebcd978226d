import { existsSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { text as textOf } from "node:stream/consumers";
import type { DocumentName } from "../documents.ts";
import { misuse } from "./cli-error.ts";
import { findAppFile } from "./find-app-file.ts";
import { loadApp } from "./load-app.ts";
import { openApiOf } from "./open-api-of.ts";

const PATIENCE_MILLISECONDS = 30_000;
const CODE = /^\.[cm]?[jt]sx?$/;

/**
 * An OpenAPI document from where the person says: a file of JSON, an `http(s)://` address, a module that exports an app,
 * or `-` for standard input. `name` says which document of an app. Throws a `CliError` for what cannot be had, and whatever a module throws.
 */
export async function readDocument(
  where: string,
  exportName: string | undefined,
  name: DocumentName = {},
): Promise<unknown> {
  if (where === "-") return parse(await textOf(process.stdin), "standard input");
  if (/^https?:\/\//i.test(where)) return parse(await download(where), where);
  if (CODE.test(extname(where)))
    return openApiOf(await loadApp(findAppFile(where, process.cwd()), exportName), name);
  if (!existsSync(where)) throw misuse(`There is no file ${where} in ${process.cwd()}.`);
  return parse(read(where), where);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw misuse(`${path} cannot be read: ${(error as Error).message}`);
  }
}

async function download(url: string): Promise<string> {
  let response: Response;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
    response = await fetch(url, { headers: { accept: "application/json" }, signal });
    if (response.ok) return await response.text();
  } catch (error) {
    const { message, cause } = error as Error;
    throw misuse(`${url} cannot be had: ${cause instanceof Error ? cause.message : message}`);
  }
  throw misuse(`${url} answers ${response.status}.`);
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const isYaml = /\.ya?ml$/i.test(where) || /^\s*(?:#.*\n\s*)*["']?(?:openapi|swagger)["']?\s*:/.test(text);
    throw misuse(
      `${where} is not JSON: ${isYaml ? "it looks like YAML" : (error as Error).message}`,
      isYaml
        ? "waymark diff reads JSON alone. Convert it first: npx @redocly/cli bundle openapi.yaml -o openapi.json"
        : undefined,
    );
  }
}
