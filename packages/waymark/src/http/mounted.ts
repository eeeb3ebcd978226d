import type { Delivery } from "./delivery.ts";
import type { IncomingRequest } from "./request.ts";

/** The place of a request below a mount, both parts as they were sent: nothing is decoded. */
export interface MountPlace {
  /** What was taken away: the path of the mount itself, without a "/" at its end; "" at the root. */
  readonly base: string;
  /** What is left, beginning with "/": the path that the mounted handler sees. */
  readonly path: string;
}

/** A fault of something mounted that only start-up can find: its registry entry, without route and place. */
export interface MountMistake {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Something that answers every path below a prefix: what `mount` makes of a handler, and what packages of one give. */
export interface Mounted {
  /** As reports call it. */
  readonly name: string;
  /** The methods that it answers, HEAD with GET; undefined: all that Waymark knows. Others get the framework's 405. */
  readonly methods?: readonly string[];
  /** Wants to know when its reply was handed over: `answer` then gets a `delivery`. */
  readonly awaitsDelivery?: boolean;
  /** The reply: a `Reply` or a web `Response`, or a promise of one. */
  answer(request: IncomingRequest, place: MountPlace, delivery: Delivery | undefined): unknown;
  /** What is wrong with it; asked before anything starts. */
  check?(): Promise<readonly MountMistake[]>;
  /** Starts it with the application around it; `serving` once that is served. Called again, it does nothing. */
  start?(serving: boolean): Promise<void>;
  /** Whether it has routes for WebSockets; asked once it was started. */
  hasSockets?(): boolean;
  /** Never rejects. */
  stop?(): Promise<void>;
  /** The application around it is about to stop, or is not any more. */
  drain?(draining: boolean): void;
}

/** What carries a `Mounted`, as `staticFiles(…)` and `nodeHandler(…)` do. */
export interface Mountable {
  readonly "~mounted": Mounted;
}

/** A web-standard handler: what Hono, itty and others call `fetch`. */
export type FetchFunction = (request: Request) => Response | Promise<Response>;

/** What `mount` takes: a fetch function, whatever has one (another `App`, Hono, itty), `nodeHandler(…)`, `staticFiles(…)`. */
export type MountHandler = FetchFunction | { readonly fetch: FetchFunction } | Mountable;

/**
 * Where a request stands below a mount. Both paths are cut at their raw "/", as routing does, so that no spelling of a path
 * is read in two ways.
 */
export function mountPlace(template: string, path: string, strip: boolean): MountPlace {
  if (!strip) return { base: "", path };
  let at = 0;
  for (let left = depthOf(template); left > 0 && at !== -1; left--) at = path.indexOf("/", at + 1);
  return at === -1 ? { base: path, path: "/" } : { base: path.slice(0, at), path: path.slice(at) };
}

/** The number of segments before the catch-all of a mount's template, or of all where it is the mount's own path. */
function depthOf(template: string): number {
  let slashes = 0;
  for (let i = 0; i < template.length; i++) if (template.charCodeAt(i) === 0x2f) slashes++;
  return template.endsWith(":path}") ? slashes - 1 : slashes;
}
