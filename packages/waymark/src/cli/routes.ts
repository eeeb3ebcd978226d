import { command, type Command } from "./command.ts";
import { findAppFile } from "./find-app-file.ts";
import { loadApp } from "./load-app.ts";
import { reportRoutes } from "./route-report.ts";
import { describeFunctions } from "./route-text.ts";
import { painter } from "./terminal.ts";

/** Where the output is not a terminal: a pipe or a file. */
const WIDTH_OF_A_FILE = 160;

export const routes: Command = command({
  name: "routes",
  summary: "list each function with its routes and where each input comes from",
  description: [
    "Prints each function with all its routes and, for every route, where each input comes from: which path parameter,",
    "query key, header, cookie, body, credential, constant or dependency; and its guards. Nothing is started.",
  ].join("\n"),
  options: {
    json: { type: "boolean", help: "the same as JSON" },
    export: { type: "string", value: "<name>", help: "name of the export that is the app" },
  },
  async run(file, values) {
    const app = await loadApp(findAppFile(file, process.cwd()), values.export);
    const functions = reportRoutes(app.routes());
    const text =
      values.json === true
        ? `${JSON.stringify(functions, null, 2)}\n`
        : describeFunctions(functions, painter(process.stdout), process.stdout.columns ?? WIDTH_OF_A_FILE);
    process.stdout.write(text);
    return 0;
  },
});
