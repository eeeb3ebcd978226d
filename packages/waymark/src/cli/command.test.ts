import { describe, expect, it } from "vitest";
import { CliError } from "./cli-error.ts";
import { command } from "./command.ts";

const seen: unknown[] = [];
const brew = command({
  name: "brew",
  summary: "",
  description: "",
  options: {
    port: { type: "string", short: "p", help: "" },
    json: { type: "boolean", help: "" },
  },
  run(file, { port, json }) {
    seen.push({ file, port, json });
    return Promise.resolve(0);
  },
});

async function misuse(...argv: string[]): Promise<CliError> {
  const error: unknown = await brew.execute(argv).catch((thrown: unknown) => thrown);
  if (!(error instanceof CliError)) throw new Error("expected a CliError");
  return error;
}

describe("a command", () => {
  it.each([
    [[], { file: undefined, port: undefined, json: undefined }],
    [["app.ts"], { file: "app.ts", port: undefined, json: undefined }],
    [["--port", "80", "app.ts", "--json"], { file: "app.ts", port: "80", json: true }],
    [["-p", "80"], { file: undefined, port: "80", json: undefined }],
    [["--port=80"], { file: undefined, port: "80", json: undefined }],
    [["--", "--port"], { file: "--port", port: undefined, json: undefined }],
  ])("reads %j", async (argv, expected) => {
    seen.length = 0;
    expect(await brew.execute(argv)).toBe(0);
    expect(seen).toEqual([expected]);
  });

  it.each([
    [["--prot", "80"], "waymark brew has no option --prot.", "Did you mean --port?"],
    [["-x"], "waymark brew has no option -x.", "waymark brew --help lists what it takes."],
    [
      ["--constructor"],
      "waymark brew has no option --constructor.",
      "waymark brew --help lists what it takes.",
    ],
    [
      ["a.ts", "b.ts"],
      "waymark brew takes one file, not a.ts and b.ts.",
      "waymark brew --help lists what it takes.",
    ],
  ])("refuses %j", async (argv, message, hint) => {
    expect(await misuse(...argv)).toMatchObject({ message, hint, exitCode: 2 });
  });

  it("takes the files that it names, all of them", async () => {
    const pour = command({
      name: "pour",
      summary: "",
      description: "",
      options: {},
      files: ["<from>", "<to>"],
      run: (first, _values, files) => Promise.resolve(first === files[0] ? files.length : -1),
    });
    expect(await pour.execute(["a", "b"])).toBe(2);
    for (const argv of [[], ["a"], ["a", "b", "c"]])
      await expect(pour.execute(argv)).rejects.toThrow(
        `waymark pour takes <from> and <to>, not ${argv.length === 0 ? "nothing" : argv.join(" and ")}.`,
      );
  });

  it.each([[["--port"]], [["--json=yes"]], [["--port", "--json"]]])(
    "refuses the values of %j",
    async (argv) => {
      const error = await misuse(...argv);
      expect(error.exitCode).toBe(2);
      expect(error.message).toMatch(/^waymark brew: Option '.*--(port|json)/);
    },
  );
});
