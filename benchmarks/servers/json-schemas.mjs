// The contract as JSON Schema: for Fastify.
const string = { type: "string" };
const integer = { type: "integer" };
const object = (properties, required = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

export const Hello = object({ hello: string });
export const Item = object(
  { id: integer, limit: integer, q: string, name: string, active: { type: "boolean" } },
  ["id", "limit", "name", "active"],
);
export const ItemPath = object({ id: integer });
export const ItemQuery = object(
  { limit: { type: "integer", minimum: 1, maximum: 100, default: 10 }, q: string },
  [],
);

const code = (length) => ({ type: "string", minLength: length, maxLength: length });
const nonEmpty = { type: "string", minLength: 1 };
const Address = object({ street: string, city: string, country: code(2) });
const Customer = object({ id: integer, name: nonEmpty, email: string, address: Address });
const Line = object({
  sku: nonEmpty,
  title: string,
  quantity: { type: "integer", minimum: 1 },
  price: { type: "number", minimum: 0 },
});
export const Order = object(
  {
    customer: Customer,
    currency: code(3),
    express: { type: "boolean" },
    note: string,
    lines: { type: "array", items: Line, minItems: 1, maxItems: 100 },
  },
  ["customer", "currency", "express", "lines"],
);

export const Dashboard = object({
  name: string,
  permissions: integer,
  beta: { type: "boolean" },
  locale: string,
  offset: integer,
  size: integer,
  audit: string,
});
export const Offset = object({ offset: { type: "integer", minimum: 0, default: 0 } });
export const Id = object({ id: string });
