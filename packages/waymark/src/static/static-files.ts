import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { HttpError } from "../http/http-error.ts";
import type { Exchange } from "../http/exchange.ts";
import { fileType } from "../http/file-type.ts";
import type { Mountable, MountPlace } from "../http/mounted.ts";
import { reply, type Reply, type ReplyHeaders } from "../http/reply.ts";
import { checkDirectory } from "./check-directory.ts";
import { directoryLocation } from "./directory-location.ts";
import { isHidden, readFilePath, type FilePath } from "./file-path.ts";
import { checkStaticOptions, type StaticOptions } from "./options.ts";
import { asksForPage, looksLikeFile } from "./page-request.ts";
import { findVariant } from "./precompressed.ts";
import { Root, type Found } from "./root.ts";

/**
 * The files of a directory, to be mounted. GET and HEAD alone, with ETag, Last-Modified, conditional requests and ranges. A
 * relative directory is one of the working directory; `new URL("./public", import.meta.url)` is one beside the module. No
 * path leads out of it, and directories are not listed.
 *
 * ```ts
 * app.mount("/assets", staticFiles("./public", { maxAge: 3600 }));
 * app.mount("/", staticFiles("./dist", { spa: true, immutable: /^assets\// }));
 * ```
 *
 * Throws a `TypeError` for options that do not exist. A directory that is not there stops the application at its start.
 */
export function staticFiles(directory: string | URL, options: StaticOptions = {}): Mountable {
  if (typeof directory !== "string" && !(directory instanceof URL))
    throw new TypeError(`staticFiles takes a directory, as a path or a file: URL, not ${typeof directory}`);
  checkStaticOptions(options);
  const files = new StaticFiles(
    resolve(directory instanceof URL ? fileURLToPath(directory) : directory),
    options,
  );
  const { check = true } = options;
  return {
    "~mounted": {
      name: "static files",
      methods: ["GET"],
      answer: (request, place) => files.answer(request["~exchange"], place),
      ...(check ? { check: () => checkDirectory(files.root.directory) } : {}),
    },
  };
}

/** What is to be sent: names below the root tell of which kind it is, whatever variant or link is really read. */
interface Hit {
  readonly found: Found;
  readonly names: readonly string[];
}

const FOREVER = "max-age=31536000, immutable";

class StaticFiles {
  readonly root: Root;
  readonly #options: StaticOptions;
  readonly #index: string | undefined;
  readonly #spa: string | undefined;

  constructor(directory: string, options: StaticOptions) {
    this.root = new Root(directory, options.followSymlinks ?? false);
    this.#options = options;
    this.#index = options.index === false ? undefined : (options.index ?? "index.html");
    this.#spa = options.spa === true ? "index.html" : options.spa === false ? undefined : options.spa;
  }

  async answer(exchange: Exchange, { path }: MountPlace): Promise<Reply> {
    const wanted = readFilePath(path);
    if (wanted === undefined || (isHidden(wanted) && this.#options.dotfiles !== "allow"))
      throw new HttpError(404);
    const hit = await this.#find(exchange, wanted);
    if (hit === undefined) return await this.#miss(exchange, wanted);
    return "found" in hit ? await this.#send(exchange, hit, false) : hit;
  }

  async #find(exchange: Exchange, { names, isDirectory }: FilePath): Promise<Hit | Reply | undefined> {
    const found = await this.root.find(names);
    if (found?.stats.isDirectory() === true) return await this.#findIndex(exchange, names);
    // "/file.txt/" is no file.
    if (isDirectory) return undefined;
    if (found?.stats.isFile() === true) return { found, names };
    return await this.#findWithExtension(names);
  }

  async #findIndex(exchange: Exchange, names: readonly string[]): Promise<Hit | Reply | undefined> {
    if (this.#index === undefined) return undefined;
    const inside = [...names, this.#index];
    const found = await this.root.find(inside);
    if (found?.stats.isFile() !== true) return undefined;
    const location = directoryLocation(exchange);
    if (location === undefined) return { found, names: inside };
    return this.#options.redirect === false ? undefined : reply.redirect(location, 308);
  }

  async #findWithExtension(names: readonly string[]): Promise<Hit | undefined> {
    const last = names.at(-1);
    if (last === undefined) return undefined;
    for (const extension of this.#options.extensions ?? []) {
      const full = [...names.slice(0, -1), `${last}.${extension.replace(/^\./, "")}`];
      const found = await this.root.find(full);
      if (found?.stats.isFile() === true) return { found, names: full };
    }
    return undefined;
  }

  /** No such file. */
  async #miss(exchange: Exchange, { names }: FilePath): Promise<Reply> {
    if (!asksForPage(exchange)) throw new HttpError(404);
    if (this.#spa !== undefined && !looksLikeFile(names.at(-1) ?? "")) {
      const page = this.#spa.split("/");
      const found = await this.root.find(page);
      if (found?.stats.isFile() === true) return await this.#send(exchange, { found, names: page }, true);
    }
    const { notFound } = this.#options;
    const found = notFound === undefined ? undefined : await this.root.find(notFound.split("/"));
    if (found?.stats.isFile() !== true) throw new HttpError(404);
    // Not `reply.file`: a 404 has no ranges, and a client that has this page already must still be told that it is one.
    return reply.bytes(await readFile(found.path), fileType(found.path), { status: 404, headers: PLAIN });
  }

  async #send(exchange: Exchange, { found, names }: Hit, isFallback: boolean): Promise<Reply> {
    const { precompressed = false } = this.#options;
    const path = names.join("/");
    const headers: Record<string, string | readonly string[]> = { ...PLAIN, ...this.#headersOf(path) };
    headers["cache-control"] ??= isFallback ? "no-cache" : this.#cacheControl(path);
    let file = found.path;
    if (precompressed) {
      // What middleware has said of the reply stays: a field of a reply replaces one of the same name.
      const vary = headers["vary"] ?? exchange.getField("vary");
      headers["vary"] = vary === undefined ? "accept-encoding" : [vary, "accept-encoding"].flat();
      const variant = await findVariant(this.root, names, exchange.header("accept-encoding"));
      if (variant !== undefined) {
        file = variant.found.path;
        headers["content-encoding"] = variant.coding;
      }
    }
    return reply.file(file, { headers, contentType: fileType(names.at(-1) ?? extname(file)) });
  }

  #headersOf(path: string): ReplyHeaders {
    const { headers = {} } = this.#options;
    const given = typeof headers === "function" ? headers(path) : headers;
    return Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  }

  #cacheControl(path: string): string {
    const { immutable, maxAge = 0 } = this.#options;
    // A global or sticky pattern would begin where its last match ended.
    if (
      typeof immutable === "function"
        ? immutable(path)
        : immutable !== undefined && path.search(immutable) !== -1
    )
      return FOREVER;
    return maxAge === 0 ? "no-cache" : `max-age=${maxAge}`;
  }
}

/** A browser must not take a file for something else than it says it is. */
const PLAIN = { "x-content-type-options": "nosniff" } as const;
