import { z } from "zod";

const fields = {
  name: z.string().min(1).max(80).describe("What the customer reads"),
  price: z.number().positive().describe("In euros"),
  tags: z.array(z.string().min(1)).max(10).default([]),
};

export const NewProduct = z.object(fields).meta({ id: "NewProduct" });
export type NewProduct = z.output<typeof NewProduct>;

export const Product = z.object({ id: z.string(), ...fields }).meta({ id: "Product" });
export type Product = z.output<typeof Product>;
