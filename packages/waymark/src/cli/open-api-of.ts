import type { DocumentName } from "../documents.ts";
import type { CliApp } from "./cli-app.ts";
import { misuse } from "./cli-error.ts";

/** One of an application's documents. Throws a `CliError` for a version or a document that it does not have. */
export function openApiOf(app: CliApp, { version, document }: DocumentName): object {
  try {
    return app.openapi({ version, document });
  } catch (error) {
    if ((version ?? document) === undefined || !(error instanceof TypeError)) throw error;
    const { message } = error;
    throw misuse(message[0]!.toUpperCase() + message.slice(1) + (message.endsWith("?") ? "" : "."));
  }
}
