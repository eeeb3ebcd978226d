// The tarball that `npm publish` would send, of `dist` as the last build left it.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Packs one of packages/ into a folder; gives the path of the tarball. */
export async function pack(into: string, name: string = "waymark"): Promise<string> {
  const folder = join(import.meta.dirname, "../../packages", name);
  const { stdout } = await promisify(execFile)(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", into],
    { cwd: folder, shell: process.platform === "win32" },
  );
  const [report] = JSON.parse(stdout) as { filename: string }[];
  return join(into, report!.filename);
}
