// What the misuses beside this file are made of. Nothing here is wrong.
import { z } from "zod";
import { dependency } from "../src/dependency.ts";
import { endpoint } from "../src/endpoint.ts";
import { body } from "../src/inputs/body.ts";
import { given } from "../src/inputs/given.ts";
import { path } from "../src/inputs/path.ts";
import { query } from "../src/inputs/query.ts";
import { Router } from "../src/routing/router.ts";

export const app = new Router();
export const tenants = new Router({ prefix: "/tenants/{tenantId}" });

export const tenant = dependency({ input: { tenantId: path(z.string()) } }, ({ tenantId }) => tenantId);
export const ownId = dependency({ input: { token: query(z.string()) } }, async ({ token }) => token.length);

export const readUser = endpoint(
  {
    input: { userId: path(z.string()), version: query(z.int()), verbose: query(z.boolean().default(false)) },
  },
  ({ userId, version, verbose }) => ({ userId, version, verbose }),
);
export const listUsers = endpoint({}, () => [{ name: "Ada" }]);
export const readItem = endpoint(
  { input: { itemId: path(z.string()), owner: tenant } },
  ({ itemId, owner }) => itemId + owner,
);
export const readPlain = endpoint({ input: { itemId: path(z.string()) } }, ({ itemId }) => itemId);
export const readPair = endpoint(
  { input: { a: path(z.string()), b: path(z.string()) } },
  ({ a, b }) => a + b,
);
export const readTranslated = endpoint(
  { input: { lang: path(z.string().default("en")), id: path(z.string()) } },
  ({ lang, id }) => lang + id,
);
export const readProfile = endpoint(
  { input: { version: given<1 | 2>(), tags: query(z.array(z.string())) } },
  ({ version, tags }) => tags.length * version,
);
export const create = endpoint({ input: { product: body(z.string()) } }, ({ product }) => product);
export const createBoth = endpoint(
  { input: { first: body(z.string()), second: body(z.string()) } },
  ({ first, second }) => first + second,
);
