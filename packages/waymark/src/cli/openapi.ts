import { writeFileSync } from "node:fs";
import { CliError } from "./cli-error.ts";
import { command, type Command } from "./command.ts";
import { findAppFile } from "./find-app-file.ts";
import { loadApp } from "./load-app.ts";
import { openApiOf } from "./open-api-of.ts";

export const openapi: Command = command({
  name: "openapi",
  summary: "print the OpenAPI document",
  description:
    "Prints the application's OpenAPI document as JSON. Nothing is started; the same routes give the same bytes.",
  options: {
    out: { type: "string", short: "o", value: "<file>", help: "write it to a file instead" },
    version: { type: "string", value: "<name>", help: "the version of the API that it is about" },
    document: {
      type: "string",
      value: "<name>",
      help: "one of the app's documents, in place of the main one",
    },
    export: { type: "string", value: "<name>", help: "name of the export that is the app" },
  },
  async run(file, values) {
    const app = await loadApp(findAppFile(file, process.cwd()), values.export);
    const text = `${JSON.stringify(openApiOf(app, values), null, 2)}\n`;
    if (values.out === undefined) process.stdout.write(text);
    else write(values.out, text);
    return 0;
  },
});

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CliError(`${path} cannot be written: ${(error as Error).message}`);
  }
}
