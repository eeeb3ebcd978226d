import type { JsonSchema } from "../json-schema.ts";
import { resolve } from "../resolve.ts";
import { isScalar, type Node, type ObjectNode } from "./node.ts";

/** Every keyword that the filter of replies reads. */
const READ = new Set(
  "$ref allOf anyOf oneOf then else dependentSchemas type const enum properties patternProperties additionalProperties unevaluatedProperties items prefixItems".split(" "), // prettier-ignore
);

/**
 * Whether the filter of replies leaves everything that this verdict makes as it is, so that it need not run: a new object
 * of the members that its JSON Schema declares, in that order, holds nothing else. The two are compared part by part,
 * since `.meta()` may have said something else of the schema; where a part is not as plain as that, the filter runs.
 */
export function filterKeeps(node: Node, schema: JsonSchema): boolean {
  const keeps = (part: Node, declared: JsonSchema | boolean | undefined): boolean => {
    // A scalar, or none, is never filtered.
    if (isScalar(part)) return true;
    if (typeof declared !== "object") return false;
    if (declared.$ref !== undefined)
      return says(declared, ["$ref"]) && keeps(part, resolve(declared, schema));
    switch (part.kind) {
      case "unknown":
        return says(declared, []);
      case "date":
        return says(declared, ["type"]) && declared.type === "string";
      case "optional":
        return keeps(part.inner, declared);
      case "nullable": {
        const { anyOf = [] } = declared;
        const [one, none] = anyOf;
        // What writes itself, as an application's object may, is taken for anything, null included, and then refused.
        if (part.inner.kind === "unknown") return false;
        return says(declared, ["anyOf"]) && anyOf.length === 2 && isNull(none) && keeps(part.inner, one);
      }
      case "array":
        return (
          says(declared, ["type", "items"]) &&
          declared.type === "array" &&
          keeps(part.element, declared.items)
        );
      case "object":
        return isAsDeclared(part, declared) && part.members.every((member) => keeps(member.node, declared.properties![member.key])); // prettier-ignore
      default:
        return false;
    }
  };
  return keeps(node, schema);
}

/** Whether a schema says nothing to the filter but by these keywords. */
function says(schema: JsonSchema, keywords: readonly string[]): boolean {
  return Object.keys(schema).every((keyword) => !READ.has(keyword) || keywords.includes(keyword));
}

function isNull(schema: JsonSchema | boolean | undefined): boolean {
  return typeof schema === "object" && says(schema, ["type"]) && schema.type === "null";
}

function isAsDeclared({ members }: ObjectNode, declared: JsonSchema): boolean {
  const { type, properties = {} } = declared;
  const keys = Object.keys(properties);
  return (
    type === "object" &&
    says(declared, ["type", "properties", "additionalProperties"]) &&
    keys.length === members.length &&
    // One that is called toJSON would be asked what to write.
    members.every(({ key }, i) => key === keys[i] && key !== "toJSON")
  );
}
