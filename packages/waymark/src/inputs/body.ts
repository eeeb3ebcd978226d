import { mediaRange } from "../http/media-type.ts";
import { formatsOf } from "./body-formats.ts";
import type { Input, InputOf, OutputOf, Schema } from "./input.ts";
import type { BodyMarker, BodyOptions, RawBodyMarker, RawBodyOptions } from "./marker.ts";

/** A body alone is the whole body; `embed` gives it a name all the same, which a route may change. */
type Embedded<O> = O extends { readonly embed: true } ? "embedded" : never;

/** `body(schema)` is a body that is parsed and validated; `body.text`, `body.bytes` and `body.stream` are one as it was sent. */
export interface BodyInput {
  /**
   * The request's JSON body, validated as it is: nothing is converted. One `body` is the whole body; several are one object
   * keyed by name. It is read only from a request whose content type is JSON (otherwise 415), within the body limit (413).
   * `mediaType` and `parse` read something else, `mediaTypes` several kinds: see `BodyOptions`.
   *
   * ```ts
   * input: { product: body(Product) }
   * input: { feed: body(Feed, { mediaType: "application/xml", parse: ({ text }) => parseXml(text) }) }
   * ```
   */
  <X extends Schema, const O extends BodyOptions>(
    schema: X,
    options?: O,
  ): Input<"body", OutputOf<X>, Embedded<O>, InputOf<X>>;
  /**
   * The whole body as UTF-8 text, `text/plain` unless `mediaType` says otherwise; without a body "". Another charset is
   * 415, bytes that are not UTF-8 are 400.
   */
  text(options?: RawBodyOptions): Input<"raw", string, never>;
  /** The whole body as bytes, `application/octet-stream` unless `mediaType` says otherwise; without a body none. */
  bytes(options?: RawBodyOptions): Input<"raw", Uint8Array, never>;
  /**
   * The body in pieces, `application/octet-stream` unless `mediaType` says otherwise. Nothing is read before it is iterated,
   * and then as fast as it is: with back-pressure, within the body limit (413 while iterating). It can be iterated once.
   *
   * ```ts
   * const upload = endpoint({ input: { video: body.stream({ mediaType: "video/*" }) } }, ({ video }) => store(video));
   * ```
   */
  stream(options?: RawBodyOptions): Input<"raw", AsyncIterable<Uint8Array>, never>;
}

export const body: BodyInput = Object.assign(
  function body<X extends Schema, const O extends BodyOptions>(
    schema: X,
    options?: O,
  ): Input<"body", OutputOf<X>, Embedded<O>, InputOf<X>> {
    const given = options ?? {};
    const marker: BodyMarker = { in: "body", schema, options: given, formats: formatsOf(given) };
    return marker as Input<"body", OutputOf<X>, Embedded<O>, InputOf<X>>;
  },
  {
    text: raw<string>("text"),
    bytes: raw<Uint8Array>("bytes"),
    stream: raw<AsyncIterable<Uint8Array>>("stream"),
  },
);

function raw<T>(kind: RawBodyMarker["kind"]): (options?: RawBodyOptions) => Input<"raw", T, never> {
  return (options = {}) => {
    const { mediaType = kind === "text" ? "text/plain" : "application/octet-stream" } = options;
    const marker: RawBodyMarker = {
      in: "raw",
      kind,
      options,
      // Start-up tells of a malformed one.
      formats: (typeof mediaType === "string" ? [mediaType] : mediaType).map((each) => ({
        mediaType: each,
        accepts: mediaRange(each) ?? (() => false),
      })),
    };
    return marker as Input<"raw", T, never>;
  };
}
