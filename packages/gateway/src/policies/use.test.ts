import { HttpError } from "waymark/internal";
import { describe, expect, it } from "vitest";
import type { LoadedPolicy } from "../call.ts";
import { callOf, contextOf } from "./call.fixture.ts";
import { useKind } from "./use.ts";

/** What a module that was compiled to CommonJS has of the framework. */
class OtherHttpError extends Error {
  readonly status = 429;
  readonly detail = "Too much at once";
  readonly headers = { "retry-after": "1" };
  readonly type = "urn:many";
  readonly members = { most: 5 };
}

function policyOf(run: () => never | Promise<never>): LoadedPolicy {
  const step = { phase: "request", kind: "own", needs: [], run, respond: run } as const;
  return { kind: "own", phase: "request", schema: undefined, step: () => step };
}

describe("the errors of a module", () => {
  const thrown = async (error: Error): Promise<unknown[]> => {
    const runs = [
      () => {
        throw error;
      },
      () => Promise.reject(error),
    ];
    return Promise.all(
      runs.flatMap((run) => {
        const modules = new Map([["./own.ts", policyOf(run)]]);
        const step = useKind.step({ module: "./own.ts" }, contextOf({ modules }))!;
        const call = callOf({});
        return [async () => step.run!(call), async () => step.respond!(call, undefined as never)].map(
          (each) => each().catch((given: unknown) => given),
        );
      }),
    );
  };

  it("that are replies are, whichever copy of the framework made them", async () => {
    const { status, detail, headers, type, members } = new OtherHttpError();
    for (const error of await thrown(new OtherHttpError())) {
      expect(error).toBeInstanceOf(HttpError);
      expect(error).toMatchObject({ status, detail, headers, type, members });
    }
  });

  it("that are none stay what they are", async () => {
    for (const error of [new TypeError("a slip"), Object.assign(new Error("of a client"), { status: 404 })])
      expect(await thrown(error)).toEqual([error, error, error, error]);
  });
});
