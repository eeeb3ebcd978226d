import { JSON_FORMAT, readBody, readRaw } from "../http/body.ts";
import type { BodyMarker, RawBodyMarker } from "../inputs/marker.ts";
import { UNREAD, type Run } from "./run.ts";

/** Reads the body of a request, before the inputs of a phase are read. */
export interface BodyStep {
  /** What is read, or a promise of it. */
  readonly read: (run: Run) => unknown;
  readonly take: (run: Run, read: unknown) => void;
  /** It is the one that fills `run.body`. */
  readonly parses: boolean;
}

const JSON_ONLY = [JSON_FORMAT];

/** Parses the body, once for all inputs that take it parsed: they agree on the formats. */
export function parsedBody({ formats = JSON_ONLY, options }: BodyMarker): BodyStep {
  const decompress = options.decompress ?? false;
  return {
    read({ body, exchange, frame }) {
      if (body !== UNREAD) return body;
      return exchange.hasBody ? readBody(exchange, formats, frame.settings.limits, decompress) : undefined;
    },
    take(run, read) {
      run.body = read;
    },
    parses: true,
  };
}

/** Takes the body as it was sent: nothing judges it, so it goes to its slot at once. */
export function rawBody({ kind, formats, options }: RawBodyMarker, slot: number): BodyStep {
  const decompress = options.decompress ?? false;
  return {
    read: ({ exchange, frame }) => readRaw(exchange, kind, formats, frame.settings.limits, decompress),
    take(run, read) {
      run.values[slot] = read;
    },
    parses: false,
  };
}
