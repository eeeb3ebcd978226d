/** The keywords that the random schemas of the tests have (JSON Schema 2020-12), by the letter. */
export interface PlainSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxItems?: number;
  readonly items?: PlainSchema | boolean;
  readonly properties?: Readonly<Record<string, PlainSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: PlainSchema | boolean;
  readonly allOf?: readonly PlainSchema[];
  readonly anyOf?: readonly PlainSchema[];
  readonly not?: PlainSchema;
}

/** Whether a value meets a schema. */
export function accepts(schema: PlainSchema | boolean, value: unknown): boolean {
  if (typeof schema === "boolean") return schema;
  return (
    (schema.type === undefined || [schema.type].flat().some((type) => isOf(type, value))) &&
    (schema.enum === undefined || schema.enum.includes(value)) &&
    (!("const" in schema) || schema.const === value) &&
    (typeof value !== "number" || acceptsNumber(schema, value)) &&
    (typeof value !== "string" || value.length >= (schema.minLength ?? 0)) &&
    (!Array.isArray(value) || acceptsArray(schema, value)) &&
    (!isOf("object", value) || acceptsObject(schema, value as Record<string, unknown>)) &&
    (schema.allOf ?? []).every((member) => accepts(member, value)) &&
    (schema.anyOf === undefined || schema.anyOf.some((member) => accepts(member, value))) &&
    (schema.not === undefined || !accepts(schema.not, value))
  );
}

function isOf(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function acceptsNumber(
  { minimum = -Infinity, exclusiveMaximum = Infinity }: PlainSchema,
  value: number,
): boolean {
  return value >= minimum && value < exclusiveMaximum;
}

function acceptsArray(
  { items = true, maxItems = Infinity }: PlainSchema,
  value: readonly unknown[],
): boolean {
  return value.length <= maxItems && value.every((item) => accepts(items, item));
}

function acceptsObject(schema: PlainSchema, value: Readonly<Record<string, unknown>>): boolean {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  return (
    required.every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, member]) => accepts(properties[name] ?? additionalProperties, member))
  );
}
