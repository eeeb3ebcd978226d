// The contract as Zod schemas: for every server whose framework takes them.
import { z } from "zod";

export const Hello = z.object({ hello: z.string() });

const fields = { name: z.string(), active: z.boolean() };
export const Item = z.object({ id: z.int(), limit: z.int(), q: z.string().optional(), ...fields });

/** For frameworks that hand on the strings of the wire. */
export const ItemPath = z.object({ id: z.coerce.number().int() });
export const ItemQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(10),
  q: z.string().optional(),
});

const Address = z.object({ street: z.string(), city: z.string(), country: z.string().length(2) });
const Customer = z.object({ id: z.int(), name: z.string().min(1), email: z.string(), address: Address });
const Line = z.object({
  sku: z.string().min(1),
  title: z.string(),
  quantity: z.int().min(1),
  price: z.number().min(0),
});
export const Order = z.object({
  customer: Customer,
  currency: z.string().length(3),
  express: z.boolean(),
  note: z.string().optional(),
  lines: z.array(Line).min(1).max(100),
});

export const Dashboard = z.object({
  name: z.string(),
  permissions: z.int(),
  beta: z.boolean(),
  locale: z.string(),
  offset: z.int(),
  size: z.int(),
  audit: z.string(),
});
