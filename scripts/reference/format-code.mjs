// The code of declarations as the formatter of this repository writes it.
import { spawnSync } from "node:child_process";
import { bin, root } from "../install.mjs";

const MARK = "// ^^^";

/** The same exports by file, every `code` formatted; all at once, since starting the formatter takes longer than its work. */
export function formatted(exportsOf) {
  const codes = [];
  for (const exported of exportsOf.values())
    for (const { code, members } of exported) codes.push(code, ...members.map((each) => inClass(each.code)));
  const texts = format(codes).values();
  const next = () => texts.next().value;
  return new Map(
    [...exportsOf].map(([file, exported]) => [
      file,
      exported.map((each) => ({
        ...each,
        code: next(),
        members: each.members.map((member) => ({ ...member, code: outOfClass(next()) })),
      })),
    ]),
  );
}

function format(codes) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [bin("oxfmt"), "--stdin-filepath=reference.d.ts"],
    {
      cwd: root,
      input: codes.map((code) => `${code}\n${MARK}\n`).join(""),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (status !== 0) throw new Error(`oxfmt does not take the declarations: ${stderr}`);
  return stdout.split(`${MARK}\n`).map((code) => code.trim());
}

/** A member is no statement of its own. */
function inClass(code) {
  return `declare class Of {\n${code};\n}`;
}

function outOfClass(code) {
  return code
    .replace(/^declare class Of \{\n/, "")
    .replace(/\n\}$/, "")
    .replaceAll(/^ {2}/gm, "")
    .replace(/;$/, "");
}
