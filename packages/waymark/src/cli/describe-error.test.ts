import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SettingsError } from "../settings/settings-error.ts";
import { StartUpError } from "../start-up-error.ts";
import { CliError } from "./cli-error.ts";
import { describeError, isPlaceless } from "./describe-error.ts";
import { plain } from "./terminal.ts";

const describeIt = (error: unknown, directory = "/project"): string => describeError(error, plain, directory);

describe("describeError", () => {
  it("gives the terminal's own errors a sentence and an indented hint", () => {
    expect(describeIt(new CliError("No."))).toBe("error: No.\n");
    expect(describeIt(new CliError("No.", "Try:\n\nthis"))).toBe("error: No.\n  Try:\n\n  this\n");
  });

  it("lists every mistake of an application with route, place and remedy, and no stack", () => {
    const error = new StartUpError([
      {
        code: "WM_A",
        message: "'/users' must contain {userId}",
        remedy: "Add it.",
        route: "GET /users",
        at: "/project/src/app.ts:3",
      },
      { code: "WM_B", message: "cycle", remedy: "Break it." },
    ]);
    expect(describeIt(error)).toBe(`error: the application cannot start: 2 mistakes

  GET /users  src/app.ts:3
    '/users' must contain {userId}
    → Add it.  [WM_A]

  cycle
    → Break it.  [WM_B]
`);
  });

  it("knows a StartUpError of another copy of the package, and places given as URLs", () => {
    const mistakes = [{ code: "A", message: "wrong", remedy: "Fix.", at: "file:///project/a%20b.ts:7" }];
    const error = Object.assign(new Error("x"), { name: "StartUpError", mistakes });
    expect(describeIt(error)).toBe(
      "error: the application cannot start: 1 mistake\n\n  a b.ts:7\n    wrong\n    → Fix.  [A]\n",
    );
  });

  it("lists settings that are wrong, and no stack", () => {
    const error = new SettingsError([
      { variable: "PORT", path: ["port"], message: "is not set", source: undefined },
      {
        variable: "DEBUG",
        path: ["debug"],
        message: "is not right: expected true or false",
        source: ".env:2",
      },
    ]);
    expect(describeIt(error)).toBe(
      "error: 2 settings are wrong\n  PORT is not set\n  DEBUG is not right: expected true or false (.env:2)\n",
    );
  });

  it("keeps the user's frames of any other error, with its cause and its properties", () => {
    const cause = new Error("inner");
    cause.stack =
      "Error: inner\n    at db (/project/db.ts:9:1)\n    at node:internal/process/task_queues:95:5";
    const error = Object.assign(new TypeError("outer", { cause }), { code: "E_X" });
    error.stack = [
      "TypeError: outer",
      "    at start (/project/app.ts:1:1)",
      "    at host (file:///project/node_modules/waymark/dist/cli/host.js:2:2)",
      "    at load (file:///project/node_modules/tsx/dist/register.mjs:1:1)",
    ].join("\n");
    expect(describeIt(error)).toBe(
      [
        "TypeError: outer",
        "    at start (/project/app.ts:1:1) {",
        "  code: 'E_X',",
        "  [cause]: Error: inner",
        "      at db (/project/db.ts:9:1)",
        "}",
        "",
      ].join("\n"),
    );
  });

  it("describes what is thrown without being an error", () => {
    expect(describeIt("text")).toBe("'text'\n");
    expect(describeIt(undefined)).toBe("undefined\n");
  });

  it("shows the line that is not TypeScript", () => {
    const folder = mkdtempSync(join(tmpdir(), "waymark-syntax-"));
    const file = join(folder, "app.ts");
    writeFileSync(file, "const a = 1;\n\tconst é = ;\n");
    const error = new Error(`Transform failed with 1 error:\n${file}:2:12: ERROR: Unexpected ";"`);
    error.name = "TransformError";
    expect(describeIt(error, folder)).toBe(
      'error: app.ts:2:12: Unexpected ";"\n  2 | \tconst é = ;\n    | \t          ^\n',
    );
    rmSync(folder, { recursive: true });
    expect(describeIt(error, folder)).toBe('error: app.ts:2:13: Unexpected ";"\n');
  });
});

describe("isPlaceless", () => {
  it("is true of a syntax error whose stack names no file of the user's", () => {
    const error = new SyntaxError("Unexpected token ';'");
    error.stack =
      "SyntaxError: Unexpected token ';'\n    at compile (node:internal/modules/esm/utils:346:16)\n    at node:diagnostics_channel:1:2";
    expect(isPlaceless(error)).toBe(true);
  });

  it("is false where the stack tells, and of other errors", () => {
    const linked = new SyntaxError("x");
    linked.stack = "file:///project/app.ts:1\nimport { a } from './b.ts';\n\nSyntaxError: x";
    expect(isPlaceless(linked)).toBe(false);
    expect(isPlaceless(new SyntaxError("from JSON.parse in this very file"))).toBe(false);
    expect(isPlaceless(new Error("x"))).toBe(false);
  });
});
