type Draft = Record<string, unknown>;

/**
 * What OpenAPI 3.0 says in its own words, in those of JSON Schema 2020-12: `nullable`, booleans as exclusive limits, and
 * `example`. The draft is changed and given back, or something around it.
 */
export function upgradeSchema(draft: Draft): Draft {
  exclusive(draft, "minimum", "exclusiveMinimum");
  exclusive(draft, "maximum", "exclusiveMaximum");
  if ("example" in draft) {
    draft["examples"] ??= [draft["example"]];
    delete draft["example"];
  }
  const { nullable } = draft;
  delete draft["nullable"];
  return nullable === true ? withNull(draft) : draft;
}

function exclusive(draft: Draft, limit: string, keyword: string): void {
  const value = draft[keyword];
  if (typeof value !== "boolean") return;
  delete draft[keyword];
  if (value && limit in draft) {
    draft[keyword] = draft[limit];
    delete draft[limit];
  }
}

/**
 * 3.0.3 gives `nullable` a meaning beside `type` alone; what people write beside a reference in `allOf` is meant as well,
 * and services answer accordingly.
 */
function withNull(draft: Draft): Draft {
  const { type, enum: values } = draft;
  if (typeof type === "string") draft["type"] = [type, "null"];
  if (Array.isArray(values) && !values.includes(null)) draft["enum"] = [...(values as unknown[]), null];
  const isRestricted = ["allOf", "anyOf", "oneOf", "not", "const"].some((keyword) => keyword in draft);
  return isRestricted ? { anyOf: [{ type: "null" }, draft] } : draft;
}
