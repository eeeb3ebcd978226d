import type * as nodeFiles from "node:fs/promises";

type Files = typeof nodeFiles;

/** The file system, where the runtime has one. Not imported, so that every runtime can load what may need it. */
export function fileSystem(): Files | undefined {
  return globalThis.process?.getBuiltinModule?.("node:fs/promises");
}

/** The same for what cannot do without: `what` begins the sentence that says so. */
export function needFileSystem(what: string): Files {
  const files = fileSystem();
  if (files === undefined) throw new Error(`${what} needs a file system; this runtime has none`);
  return files;
}
