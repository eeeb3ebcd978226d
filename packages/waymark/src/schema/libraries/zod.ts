import type { Refuse } from "./refuse.ts";

interface ZodSchema {
  readonly _zod: {
    readonly def: { readonly type: string; readonly values?: readonly unknown[] };
    /** What `.meta()` made it from. */
    readonly parent?: ZodSchema;
  };
}
interface ZodContext {
  readonly zodSchema: ZodSchema;
  readonly jsonSchema: Record<string, unknown>;
}

const REMEDIES: Record<string, string> = {
  transform:
    "pipe it into a schema of the result, as in .pipe(z.number()), or describe it with .meta({ type: … })",
  custom: 'describe it with .meta({ type: "string", … })',
  bigint: "use z.int(), or z.string() with a pattern, from which a codec can make one",
  map: "use z.record()",
  set: "use z.array(), from which a codec can make one",
};
const UNREPRESENTABLE = new Set(["bigint", "custom", "map", "set", "symbol", "nan", "function", "transform"]);

/**
 * `unrepresentable: "any"` alone would turn what JSON has no form for into `{}`, silently; without it, dates throw. So
 * the override writes dates and refuses the rest, unless the schema's own `.meta()` said what it is.
 */
export function zodOptions(refuse: Refuse): Readonly<Record<string, unknown>> {
  const takeBack = new Map<ZodSchema, () => void>();
  return {
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }: ZodContext): void {
      const { type, values } = zodSchema._zod.def;
      if (type === "literal") {
        if (values?.some((value) => typeof value === "bigint")) refuse("Zod's literal of a bigint");
        else if (values?.every((value) => value === undefined)) jsonSchema["not"] = {};
      } else if (isDescribed(jsonSchema)) {
        // Zod asks about the schema without its meta first.
        for (let { parent } = zodSchema._zod; parent !== undefined; { parent } = parent._zod)
          takeBack.get(parent)?.();
      } else if (type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
      else if (type === "undefined" || type === "void") jsonSchema["not"] = {};
      else if (UNREPRESENTABLE.has(type)) takeBack.set(zodSchema, refuse(`Zod's ${type}`, REMEDIES[type]));
    },
  };
}

function isDescribed(jsonSchema: Readonly<Record<string, unknown>>): boolean {
  return ["type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf"].some(
    (keyword) => keyword in jsonSchema,
  );
}
