import type { JsonSchema } from "../../snapshot.ts";
import { choice, flag, text } from "../options.ts";
import { BY_SCHEMA } from "./subject.ts";

/** What every kind of limit may say. */
export function commonOptions(byDefault: "open" | "closed"): Readonly<Record<string, JsonSchema>> {
  return {
    by: BY_SCHEMA,
    name: text(
      "Tells this limit from others in the fields of replies. Limits of one name share their counts.",
      {
        pattern: "^[\\w.-]{1,64}$",
      },
    ),
    failure: choice(
      'Where Redis does not answer: "open" counts in each gateway for itself, "closed" refuses by 503.',
      ["open", "closed"],
      byDefault,
    ),
    headers: flag("Whether replies tell what is left, in RateLimit and RateLimit-Policy.", true),
  };
}

export const COST: JsonSchema = {
  type: "number",
  minimum: 0,
  default: 1,
  description: "What a request takes of it.",
};
