import { HttpError } from "waymark/internal";
import { expectTypeOf, it } from "vitest";
import { definePolicy, type DefinedPolicy } from "./define-policy.ts";

it("gives a body to whoever needs one, and to nobody else", () => {
  definePolicy({
    kind: "a",
    phase: "request",
    needs: ["body"],
    run: ({ body }) => expectTypeOf(body).toBeAny() as never,
  });
  definePolicy({
    kind: "a",
    phase: "request",
    run: ({ body }) => expectTypeOf(body).toBeUndefined() as never,
  });
});

it("knows the options that prepare says", () => {
  const policy = definePolicy({
    kind: "a",
    phase: "deny",
    prepare: (options: { readonly most: number }) => ({
      run(_, same) {
        expectTypeOf(same).toEqualTypeOf<{ readonly most: number }>();
        return options.most > 1 ? new HttpError(403) : undefined;
      },
    }),
  });
  expectTypeOf(policy).toEqualTypeOf<DefinedPolicy>();
});

it("takes replies, errors and nothing", () => {
  definePolicy({ kind: "a", phase: "deny", run: () => ({ status: 200, body: { any: "thing" } }) });
  definePolicy({ kind: "a", phase: "deny", run: async () => undefined });
  // @ts-expect-error Type 'string' is not assignable to type 'Answer | Promise<Answer>'.
  definePolicy({ kind: "a", phase: "deny", run: () => "no" });
  // @ts-expect-error Type '"before"' is not assignable to type
  definePolicy({ kind: "a", phase: "before", run: () => undefined });
});
