import type { Refuse } from "./refuse.ts";

interface SchemaContext {
  readonly valibotSchema: { readonly type: string };
  readonly jsonSchema: Readonly<Record<string, unknown>>;
  readonly errors: readonly string[] | undefined;
}
interface ActionContext {
  readonly valibotAction: { readonly kind: string; readonly type: string };
  readonly jsonSchema: Readonly<Record<string, unknown>>;
  readonly errors: readonly string[] | undefined;
}

/** Actions that convert, but to the same JSON type: what was documented before them holds after them. */
const SAME_TYPE = new Set([
  "brand", "flavor", "readonly", "normalize", "trim", "trim_start", "trim_end", "to_lower_case", "to_upper_case",
  "to_min_value", "to_max_value", "filter_items", "sort_items",
]); // prettier-ignore

/** Valibot throws on checks, trims and dates, and forgets that loose objects keep what they do not declare. */
export function valibotOptions(refuse: Refuse): Readonly<Record<string, unknown>> {
  return {
    overrideSchema({ valibotSchema: { type }, jsonSchema, errors }: SchemaContext) {
      if (type === "date") return { ...jsonSchema, type: "string", format: "date-time" };
      if (type === "undefined" || type === "void") return { not: {} };
      if (type === "file" || type === "blob") return { type: "string", format: "binary" };
      if (type === "loose_object") return { ...jsonSchema, additionalProperties: {} };
      if (type === "loose_tuple") return { ...jsonSchema, items: {} };
      if (errors === undefined) return undefined;
      refuse(`Valibot's ${type}`);
      return jsonSchema;
    },
    overrideAction({ valibotAction: { kind, type }, jsonSchema, errors }: ActionContext) {
      if (errors === undefined) return undefined;
      if (kind === "transformation" && !SAME_TYPE.has(type))
        refuse(
          `what Valibot's ${type} gives`,
          "follow it by a schema of the result in the pipe, as in v.number()",
        );
      return jsonSchema;
    },
  };
}

interface ValibotIssue {
  readonly message: string;
  readonly received?: unknown;
}

/** What `received` may say without saying the value: `undefined`, `Object`, … but not `5` or `"secret"`. */
const TYPE_ONLY = /^(?:undefined|null|[A-Z]\w*)$/;

/** Valibot's own messages end in the value that was sent; an application's stay as they are. */
export function valibotMessage({ message, received }: ValibotIssue): string {
  if (typeof received !== "string" || TYPE_ONLY.test(received)) return message;
  for (const ending of [` but received ${received}`, `: Received ${received}`])
    if (message.endsWith(ending)) return message.slice(0, -ending.length);
  return message;
}
