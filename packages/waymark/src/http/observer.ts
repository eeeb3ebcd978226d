import type { IncomingRequest } from "./request.ts";
import type { RouteInfo } from "./route-info.ts";

/** A route as whoever watches its requests sees it: once, when the application starts. */
export interface ObservedRoute extends RouteInfo {
  /** Whether it is the plain one of its function's routes: `canonical`, or the only one. */
  readonly canonical: boolean;
  /** Names of header fields (lower case) and query parameters whose values are secret here. */
  readonly secretNames: SecretNames;
}

export interface SecretNames {
  readonly headers: ReadonlySet<string>;
  readonly query: ReadonlySet<string>;
  /** Whether a part of the path is secret. */
  readonly path: boolean;
}

/** Watches requests, and changes nothing about them. */
export interface Observer {
  /** Called before anything else of the request. Undefined: nothing about this one is of interest. */
  readonly begin: (request: IncomingRequest) => Observation | undefined;
  /**
   * Runs one function of the application. Has to return what it returns or throw what it throws, a promise included. Left
   * out: functions run by themselves.
   */
  readonly step?: ((step: ObservedStep, call: () => unknown) => unknown) | undefined;
}

/** A function of the application, on the way of a request. */
export interface ObservedStep {
  readonly kind: "dependency" | "endpoint";
  readonly name: string;
}

/** One request while it is watched. */
export interface Observation {
  /** Runs all the rest of the request, the sending of its reply included: for what must be active meanwhile. */
  readonly within?: <T>(rest: () => T) => T;
  /**
   * Called once, when the reply was handed over, its stream included, or could not be; of a WebSocket, when its connection
   * has ended. Tasks and clean-ups come later.
   */
  readonly over: (outcome: Outcome) => void;
}

/** What became of a request. */
export interface Outcome {
  /** The status of the reply; 499 where the client went away before there was one, 101 for a WebSocket. */
  readonly status: number;
  /** What was thrown last, handled or not; undefined where nothing was. */
  readonly error: unknown;
  /** The reply failed while it was sent: a stream threw, or the driver refused it. */
  readonly failed: boolean;
  /** The client went away before all of the reply was sent. */
  readonly aborted: boolean;
  /** Bytes of the reply's body; undefined for streams that did not say. Counted when it is read. */
  readonly bytes: number | undefined;
  /** The same text with the secrets of this request, and those that the application holds, as `***`. */
  readonly hide: (text: string) => string;
  /** The same for whatever a value holds; a copy only where something changes. */
  readonly hideIn: (value: unknown) => unknown;
}
