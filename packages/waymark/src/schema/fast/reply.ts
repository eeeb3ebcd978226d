import { encoder } from "../encode.ts";
import { outputFilter } from "../filter.ts";
import type { JsonSchema } from "../json-schema.ts";
import { mayGenerate } from "../may-generate.ts";
import { filterKeeps } from "./filter-keeps.ts";
import { generatedWriter } from "./generate.ts";
import { NO_VERDICT } from "./node.ts";
import { fastVerdict, lazily, nodeOf } from "./verdict.ts";
import { isFlat, writerWins } from "./writer.ts";

/** The JSON of a reply that its schema accepts, undefined where that is undefined, or NO_VERDICT. */
export type FastReply = (value: unknown) => string | undefined | typeof NO_VERDICT;

export interface FastReplyOptions {
  readonly generate?: boolean;
  /** Whether a generated writer is worth it on this engine. */
  readonly write?: boolean;
}

/**
 * What the library's verdict, the filter and JSON.stringify make of a reply, in one: see fastVerdict for what that rests on.
 * The filter runs only where it could leave something out. undefined: nothing is certain without the library.
 *
 * @param json the schema's own JSON Schema, of its output
 */
export function fastReply(
  schema: object,
  json: JsonSchema,
  { generate = mayGenerate(), write = writerWins() }: FastReplyOptions = {},
): FastReply | undefined {
  const node = nodeOf(schema);
  const verdict = fastVerdict(schema, generate);
  if (node === undefined || verdict === undefined) return undefined;
  const encode = encoder(json);
  if (!filterKeeps(node, json)) {
    const filter = outputFilter(json);
    return (value) => {
      const accepted = verdict(value);
      return accepted === NO_VERDICT || accepted === undefined ? accepted : encode(filter(accepted));
    };
  }
  if (generate && write && isFlat(node)) return lazily(() => generatedWriter(node));
  return (value) => {
    const accepted = verdict(value);
    return accepted === NO_VERDICT || accepted === undefined ? accepted : encode(accepted);
  };
}
