import type { PolicyKind, Step } from "../../call.ts";
import { faultOf, optionsSchema, texts } from "../options.ts";
import { renamedQuery, withoutQuery, withQuery } from "./search.ts";
import { template } from "./template.ts";

export interface QueryOptions {
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
}

const VALUES = { type: "object", additionalProperties: { type: "string" } };

/** The kind `query`: parameters of the query that the upstream gets. */
export const queryKind: PolicyKind = {
  kind: "query",
  phase: "request",
  schema: {
    ...(optionsSchema(
      "Changes the query that the upstream gets. In this order: remove, rename, set. What it does not name goes on byte by byte.",
      {
        remove: texts("Parameters that are taken away."),
        rename: { ...VALUES, description: "Parameters that get another name, and keep their values." },
        set: {
          ...VALUES,
          description: "Parameters with their value, in the place of what there was; as in `requestHeaders`.",
        },
      },
    ) as object),
    minProperties: 1,
  },
  check: faultOf((options: QueryOptions) => queryStep(options)),
  step: (options: QueryOptions) => queryStep(options),
};

function queryStep({ set = {}, remove = [], rename = {} }: QueryOptions): Step {
  const values = Object.entries(set).map(([name, value]) => [name, template(value)] as const);
  const renamed = Object.entries(rename);
  return {
    phase: "request",
    kind: "query",
    needs: [],
    run(call): void {
      let search = call.upstreamSearch ?? call.exchange.search;
      for (const name of remove) search = withoutQuery(search, name);
      for (const [from, to] of renamed) search = renamedQuery(search, from, to);
      for (const [name, value] of values) {
        const filled = value(call);
        search =
          filled === undefined ? withoutQuery(search, name) : withQuery(search, name, filled.toWellFormed());
      }
      call.upstreamSearch = search;
    },
  };
}
