import { EventMessage, encodeEvent } from "../http/sse.ts";
import type { EncodeItem } from "../http/item-stream.ts";
import type { Schema } from "../inputs/input.ts";
import { isTextItem } from "../outputs/is-text-item.ts";
import { isPromise } from "./is-promise.ts";
import { declaredText, type ToText } from "./result.ts";

const FAULT = "an item of the stream is not what output says";

/** Each item as a line of JSON. */
export function lineEncoder(item: Schema, trusted: boolean): EncodeItem<unknown> {
  const toText = declaredText(item, trusted, FAULT);
  return (value) => whenText(toText(value), (text) => `${text ?? "null"}\n`);
}

/** Each item as an event: what is not made by `event` is the data of one. */
export function eventEncoder(item: Schema, trusted: boolean): EncodeItem<unknown> {
  const toData = dataEncoder(item, trusted);
  return (value) => {
    if (!(value instanceof EventMessage))
      return whenText(toData(value), (data) => encodeEvent(NO_FIELDS, data));
    if (value.data === undefined) return encodeEvent(value);
    return whenText(toData(value.data), (data) => encodeEvent(value, data));
  };
}

const NO_FIELDS = {};

/** JSON, but text as it is where an item is nothing but text: what clients expect of either. */
function dataEncoder(item: Schema, trusted: boolean): ToText {
  const toText = declaredText(item, trusted, FAULT);
  if (!isTextItem(item)) return toText;
  return (value) =>
    whenText(toText(value), (text) => (text === undefined ? undefined : (JSON.parse(text) as string)));
}

function whenText<T>(
  text: string | undefined | PromiseLike<string | undefined>,
  use: (text: string | undefined) => T,
): T | Promise<T> {
  return isPromise(text) ? Promise.resolve(text).then(use) : use(text);
}
