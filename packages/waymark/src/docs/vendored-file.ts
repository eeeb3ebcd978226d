import { HttpError } from "../http/http-error.ts";

/** A file of the package's `vendor` folder. Throws `HttpError` 501 where there is no file system, or no such file. */
export function readVendored(file: string): Uint8Array {
  // Asked for when it is needed: an import would keep runtimes without it from loading the framework at all.
  const fileSystem = globalThis.process?.getBuiltinModule?.("node:fs");
  if (fileSystem === undefined)
    throw new HttpError(
      501,
      "This runtime has no file system to read the docs pages from: serve them elsewhere and give the app docs: false and redoc: false",
    );
  try {
    return fileSystem.readFileSync(new URL(`../../vendor/${file}`, import.meta.url));
  } catch (cause) {
    throw new HttpError(
      501,
      "The files of the docs pages are not beside the framework's code: leave waymark out of the bundle, or give the app docs: false and redoc: false",
      { cause },
    );
  }
}
