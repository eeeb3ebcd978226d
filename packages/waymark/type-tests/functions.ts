// Each comment `says` what the compiler says of the line below it, and of no other line.
import { z } from "zod";
import { dependency } from "../src/dependency.ts";
import { endpoint } from "../src/endpoint.ts";
import { given } from "../src/inputs/given.ts";
import { path } from "../src/inputs/path.ts";
import { query } from "../src/inputs/query.ts";
import { readPlain, tenant } from "./parts.ts";

const input = { itemId: path(z.string()), limit: query(z.int().default(10)) };
const output = z.object({ name: z.string() });

// -- the argument is shown as the plain object it is --
endpoint({ input }, (values) => {
  // says: Type '{ itemId: string; limit: number; }' is not assignable to type 'never'.
  const shown: never = values;
  return shown;
});
// says: Property 'itemid' does not exist on type '{ itemId: string; limit: number; }'
endpoint({ input }, ({ itemid }) => itemid);

// -- the result --
// says: Type '{ nam: string; }' is not assignable to type
endpoint({ output }, () => ({ nam: "x" }));
// says: Type 'number' is not assignable to type 'string'.
endpoint({ output }, async () => ({ name: 4 }));

// -- contracts --
// says: but 'sumary' does not exist in type 'ContractOf<{}, never, never, {}>'. Did you mean to write 'summary'?
endpoint({ sumary: "x" }, () => 1);
// says: Property 'in' is missing in type 'Endpoint<
endpoint({ dependencies: [readPlain] }, () => 1);
// says: but 'inputs' does not exist in type
dependency({ inputs: input }, () => 1);

// -- dependencies --
// says: 'owner' lives for one request, and the dependency as long as the app
dependency({ scope: "app", input: { owner: tenant } }, ({ owner }) => owner);
// says: 'limit' lives for one request, and the dependency as long as the app
dependency({ scope: "app", input: { limit: query(z.int()) } }, ({ limit }) => limit);
// says: 'version' has no source of its own, and no route can bind what a dependency takes
dependency({ input: { version: given<1>() } }, ({ version }) => version);
// says: Type '"App"' is not assignable to type
dependency({ scope: "App" }, () => 1);
