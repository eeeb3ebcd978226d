import { expect, it } from "vitest";
import { callOf, contextOf, operationOf, policy, refusalOf, replyOf } from "../call.fixture.ts";
import { stepsOf } from "../steps-of.ts";
import { schemaFaults } from "./operation-faults.ts";
import { parameterOf, takingJson } from "./validate.fixture.ts";

it("finds schemas that no request could be held against", () => {
  const schemas = {
    "s.Loop": { type: "object", properties: { next: { $ref: "#/schemas/s.Loop" } } },
  } as const;
  const good = { $ref: "#/schemas/s.Loop" };
  const bad = { type: "array", items: { $ref: "#/schemas/s.Missing" } };
  expect(
    schemaFaults(
      operationOf({
        ...takingJson(good),
        parameters: [parameterOf("query", "p", { type: "string", pattern: "^\\_$" })],
      }),
      schemas,
    ),
  ).toEqual([]);
  const faults = schemaFaults(
    operationOf({
      ...takingJson(bad),
      parameters: [parameterOf("query", "p", { type: "string", pattern: "(" })],
      responses: { "200": { content: { "application/json": { schema: { type: "nothing" } } } } },
    }),
    schemas,
  );
  expect(faults.map(({ where }) => where)).toEqual([
    "the query parameter p",
    "the body as application/json",
    "the reply 200 as application/json",
  ]);
  expect(faults[0]!.why).toContain("Unterminated group");
});

/** A schema that is nothing but itself, and one that refers to what is not there. */
const HOPELESS = {
  "s.Self": { $ref: "#/schemas/s.Self" },
  "s.Gap": { type: "object", properties: { a: { $ref: "#/schemas/s.Missing" } } },
} as const;

it("compiles the same schema once for all operations", () => {
  const known = new Map<string, string | undefined>();
  const operation = operationOf(takingJson({ $ref: "#/schemas/s.Self" }));
  const faults = [1, 2, 3].flatMap(() => schemaFaults(operation, HOPELESS, known));
  expect(faults.map(({ direction }) => direction)).toEqual(["request", "request", "request"]);
  expect([...known.keys()]).toEqual(['request {"$ref":"#/schemas/s.Self"}']);
});

it.each(["Self", "Gap"])(
  "a request that has to be held against such a schema is 503, and told: %s",
  async (name) => {
    const operation = operationOf({
      ...takingJson({ $ref: `#/schemas/s.${name}` }),
      parameters: [parameterOf("query", "p", { type: "integer" })],
    });
    const context = contextOf({ operation, schemas: HOPELESS });
    const steps = stepsOf(operation, context);
    const ask = async (coding: object = {}): Promise<unknown> => {
      const call = callOf(
        {
          method: "POST",
          headers: [["content-type", "application/json"], ...Object.entries(coding)],
          body: '{"a":1}',
        },
        context,
      );
      return (await refusalOf(steps, call))?.status;
    };
    expect([await ask(), await ask()]).toEqual([503, 503]);
    expect(context.reports).toEqual([
      expect.stringMatching(/^orders:readOrder: requests cannot be validated: /) as string,
    ]);
  },
);

it("a reply that has to be held against one goes on or is 502, as the policy says, and is told", () => {
  const operation = operationOf({
    responses: { "200": { content: { "application/json": { schema: { $ref: "#/schemas/s.Gap" } } } } },
  });
  for (const [mode, status] of [
    ["log", undefined],
    ["enforce", 502],
  ] as const) {
    const context = contextOf({
      operation: { ...operation, policies: [policy("validateResponse", "response", { mode })] },
      schemas: HOPELESS,
    });
    const step = stepsOf(context.operation, context).find(({ kind }) => kind === "validateResponse")!;
    let refused: unknown;
    try {
      void step.respond!(callOf({}, context), replyOf(200, { a: 1 }));
    } catch (error) {
      refused = (error as { status?: number }).status;
    }
    expect(refused).toBe(status);
    expect(context.reports).toEqual([expect.stringContaining("cannot be judged by its schema") as string]);
  }
});
