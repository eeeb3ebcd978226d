import type { Call } from "../../call.ts";
import type { JsonSchema } from "../../snapshot.ts";
import { optionsSchema, texts } from "../options.ts";
import { type Path, pathOf, removeAt, renameAt, setAt } from "./pointer.ts";
import { template } from "./template.ts";

export interface BodyOptions {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
}

export function bodySchema(description: string): JsonSchema {
  return {
    ...(optionsSchema(
      `${description} Members are named by JSON pointers, in which * stands for every element: /items/*/price. In this order: remove, rename, set.`,
      {
        remove: texts("Members that are taken away."),
        rename: {
          type: "object",
          additionalProperties: { type: "string" },
          description: "Members that get another name in the same object.",
        },
        set: {
          type: "object",
          description:
            "Members with their values, in the place of what there was. Texts may hold values of the request, as in `requestHeaders`; one that is not there leaves the member out.",
        },
      },
    ) as object),
    minProperties: 1,
  };
}

/** Changes a value in place. Throws a `TypeError` at once for what is no pointer. */
export function bodyEdits({
  set = {},
  remove = [],
  rename = {},
}: BodyOptions): (value: unknown, call: Call) => void {
  const removed = remove.map(pathOf);
  const renamed = Object.entries(rename).map(([pointer, to]) => [pathOf(pointer), to] as const);
  const values = Object.entries(set).map(([pointer, value]) => [pathOf(pointer), valueOf(value)] as const);
  return (value, call) => {
    for (const path of removed) removeAt(value, path);
    for (const [path, to] of renamed) renameAt(value, path, to);
    for (const [path, of] of values) put(value, path, of(call));
  };
}

function put(value: unknown, path: Path, to: unknown): void {
  if (to === undefined) removeAt(value, path);
  // A copy for each place: what is set in one of them must not show in another.
  else setAt(value, path, typeof to === "object" ? structuredClone(to) : to);
}

function valueOf(value: unknown): (call: Call) => unknown {
  return typeof value === "string" ? template(value) : () => value;
}
