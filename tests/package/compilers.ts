// The compilers that users have, each with the two ways of module resolution that fit packages of this kind.
import { execFile } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

export interface Compiler {
  readonly version: "5.9" | "6" | "7";
  readonly resolution: "nodenext" | "bundler";
}

export const compilers: readonly Compiler[] = (["5.9", "6", "7"] as const).flatMap((version) =>
  (["nodenext", "bundler"] as const).map((resolution) => ({ version, resolution })),
);

/** What the compiler has to say of a project; "" where all is well. Declarations of its packages count unless they are left out. */
export function typeErrors(
  { version, resolution }: Compiler,
  folder: string,
  skipLibCheck: boolean = false,
): Promise<string> {
  const where = version === "7" ? "node_modules" : `scripts/typescript/${version}/node_modules`;
  const modules = resolution === "nodenext" ? ["nodenext"] : ["esnext", "--moduleResolution", "bundler"];
  const args = ["-p", folder, "--noEmit", "--pretty", "false", "--skipLibCheck", String(skipLibCheck)];
  return new Promise((settle) => {
    execFile(
      process.execPath,
      [join(root, where, "typescript/bin/tsc"), ...args, "--module", ...modules],
      (error, stdout, stderr) => settle(error === null ? "" : `${stdout}${stderr}` || error.message),
    );
  });
}
