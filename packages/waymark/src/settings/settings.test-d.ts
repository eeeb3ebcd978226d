import { expectTypeOf, it } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import type { Secret } from "../security/secret.ts";
import { settings } from "./settings.ts";

const Shop = z.object({
  port: z.int().default(8000),
  databaseUrl: z.url(),
  smtp: z.object({ host: z.string(), password: z.string().optional() }).optional(),
});

it("gives what the schema gives", () => {
  expectTypeOf(settings(Shop)()).toEqualTypeOf<z.output<typeof Shop>>();
});

it("gives secrets in the place of those that are named", () => {
  const config = settings(Shop, { secrets: ["databaseUrl", "smtp.password"] });
  expectTypeOf(config().databaseUrl).toEqualTypeOf<Secret>();
  expectTypeOf(config().port).toEqualTypeOf<number>();
  expectTypeOf(config().smtp?.password).toEqualTypeOf<Secret | undefined>();
  expectTypeOf(config().smtp?.host).toEqualTypeOf<string | undefined>();
});

it("refuses secrets that are no texts of the schema", () => {
  // @ts-expect-error -- a number is no secret
  settings(Shop, { secrets: ["port"] });
  // @ts-expect-error -- there is no such setting
  settings(Shop, { secrets: ["smtp.pass"] });
});

it("is an input of endpoints and of app-scope dependencies", () => {
  const config = settings(Shop);
  endpoint({ input: { config } }, ({ config: given }) => {
    expectTypeOf(given.port).toEqualTypeOf<number>();
  });
  dependency({ scope: "app", input: { config } }, ({ config: given }) => {
    expectTypeOf(given.databaseUrl).toEqualTypeOf<string>();
  });
});
