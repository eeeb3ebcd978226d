import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** A folder of the test's own, where this process makes its temporary files while the tests of a file run. */
export class TemporaryFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), "waymark-test-"));

  /** Everything that was spooled and not removed. */
  left(): string[] {
    return readdirSync(this.path).filter((name) => name.startsWith("waymark-form-"));
  }
  at(name: string): string {
    return join(this.path, name);
  }
}

/** To be called once, at the top of a file of tests. */
export function temporaryFolder(): TemporaryFolder {
  const folder = new TemporaryFolder();
  const before = process.env["TMPDIR"];
  beforeAll(() => {
    process.env["TMPDIR"] = folder.path;
  });
  afterAll(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    rmSync(folder.path, { recursive: true });
  });
  return folder;
}
