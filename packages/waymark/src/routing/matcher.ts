import { decodePath } from "./decode.ts";
import { HTTP_METHODS, METHODS, type Method } from "./route.ts";
import type { Template } from "./template.ts";
import { RouteTree } from "./tree.ts";

/** What becomes of a path that has a "/" too many or too few at its end. Default "strict": it is another path. */
export type TrailingSlash = "strict" | "redirect" | "ignore";

export interface Entry<T> {
  readonly method: Method;
  readonly template: Template;
  readonly value: T;
}

/** Why nothing was found: what the reply is made of. */
export type Miss =
  | { readonly reason: "not-found" }
  /** The path's percent-encoding is not UTF-8, or says NUL: 400. */
  | { readonly reason: "bad-encoding" }
  /** 308 to `location`, which is relative to the request's path and so can never leave the origin. */
  | { readonly reason: "redirect"; readonly location: string }
  /** Nobody declared OPTIONS: 204 with `Allow`. */
  | { readonly reason: "options"; readonly allow: string }
  /** Only a WebSocket can be had there: 426. */
  | { readonly reason: "upgrade-required" }
  /** 405 with `Allow`. */
  | { readonly reason: "method-not-allowed"; readonly allow: string };

/**
 * Every route of an application by method and path, built once. `find` is the way of a request that is answered; whatever
 * else there is to say about a path costs `miss`, and only then.
 */
export class Matcher<T> {
  readonly #trees = new Map<string, RouteTree<T>>();
  readonly #trailingSlash: TrailingSlash;

  /**
   * Values of the parameters of the last `find` that found something, decoded, in the order of `template.names`. Take them
   * before anything else runs: the next `find` replaces the array (it never changes one that it gave).
   */
  params: readonly string[] = [];

  /** Of two entries of one method and shape the first stays: start-up has refused the second. */
  constructor(entries: Iterable<Entry<T>>, trailingSlash: TrailingSlash = "strict") {
    this.#trailingSlash = trailingSlash;
    const all = [...entries];
    // RFC 9110 §9.3.2: HEAD is GET without the content; one that was declared goes first where the shapes are the same
    const heads = all.filter(({ method }) => method === "HEAD");
    const gets = all.filter(({ method }) => method === "GET");
    for (const { method, template, value } of all)
      if (method !== "HEAD") this.#treeOf(method).add(template, value);
    for (const { template, value } of [...heads, ...gets]) this.#treeOf("HEAD").add(template, value);
  }

  #treeOf(method: Method): RouteTree<T> {
    let tree = this.#trees.get(method);
    if (tree === undefined) this.#trees.set(method, (tree = new RouteTree<T>()));
    return tree;
  }

  /** The route of a method and a raw path (as it was sent, without query), with `params` set. Undefined: ask `miss`. */
  find(method: string, path: string): T | undefined {
    const tree = this.#trees.get(method);
    if (tree === undefined) return undefined;
    let value = tree.find(path);
    if (value === undefined && this.#trailingSlash === "ignore") value = tree.find(toggled(path));
    if (value !== undefined) this.params = tree.params;
    return value;
  }

  /** Why `find` found nothing. `search` is the query as it was sent, without "?": a redirect keeps it. */
  miss(method: string, path: string, search: string): Miss {
    if (path === "*" && method === "OPTIONS") return { reason: "options", allow: HTTP_METHODS.join(", ") };
    if (decodePath(path) === undefined) return { reason: "bad-encoding" };
    const other = this.#trailingSlash === "strict" ? path : toggled(path);
    if (
      this.#trailingSlash === "redirect" &&
      isUri(path, search) &&
      this.#trees.get(method)?.find(other) !== undefined
    )
      return { reason: "redirect", location: redirection(path, search) };
    const allow = this.#allowed(path, other);
    if (allow === "") return { reason: "not-found" };
    if ((method === "GET" || method === "HEAD") && this.#has("WEBSOCKET", path, other))
      return { reason: "upgrade-required" };
    return { reason: method === "OPTIONS" ? "options" : "method-not-allowed", allow };
  }

  /** What is declared at a path, for every method. */
  at(path: string): readonly (readonly [Method, T])[] {
    const other = this.#trailingSlash === "strict" ? path : toggled(path);
    return METHODS.flatMap((method) => {
      const tree = this.#trees.get(method);
      const found = tree?.find(path) ?? tree?.find(other);
      return found === undefined ? [] : [[method, found] as const];
    });
  }

  /** RFC 9110 §10.2.1: the methods of every template that matches; "" when none does. */
  #allowed(path: string, other: string): string {
    const allowed = HTTP_METHODS.filter((method) => this.#has(method, path, other));
    // RFC 6455 §4.1: a WebSocket is asked for by GET
    if (!allowed.includes("GET") && this.#has("WEBSOCKET", path, other)) allowed.unshift("GET");
    if (allowed.length > 0 && !allowed.includes("OPTIONS")) allowed.push("OPTIONS");
    return allowed.join(", ");
  }

  #has(method: Method, path: string, other: string): boolean {
    const tree = this.#trees.get(method);
    return tree !== undefined && (tree.find(path) !== undefined || tree.find(other) !== undefined);
  }
}

function toggled(path: string): string {
  if (path.length < 2) return path;
  return path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
}

/** RFC 3986 §2: what else a client may have sent is not sent back in a header. */
function isUri(path: string, search: string): boolean {
  return /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/.test(path + search);
}

/**
 * The way from a path to the same path with its last "/" added or taken away, as a reference relative to that path
 * (RFC 3986 §4.2). It begins with "./" or "../", so no client reads a scheme or an authority into what follows, and it
 * holds behind a proxy that cut a prefix off.
 */
function redirection(path: string, search: string): string {
  const query = search === "" ? "" : `?${search}`;
  if (!path.endsWith("/")) return `./${path.slice(path.lastIndexOf("/") + 1)}/${query}`;
  const cut = path.slice(0, -1);
  return `../${cut.slice(cut.lastIndexOf("/") + 1)}${query}`;
}
