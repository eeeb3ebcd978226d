import type { StandardSchemaV1 } from "@standard-schema/spec";

interface Payload {
  readonly value: unknown;
  readonly issues: readonly unknown[];
}
type Run = (payload: { value: unknown; issues: unknown[] }, context: { readonly async: boolean }) => Payload | Promise<Payload>; // prettier-ignore

interface ZodSchema extends StandardSchemaV1 {
  readonly _zod: { run: Run; readonly def: unknown };
  readonly clone?: (def: unknown) => ZodSchema;
}

type Result = StandardSchemaV1.Result<any>;

/**
 * Runs a Zod schema that has functions of the application in it: once, and so that every promise they give is waited for.
 * No promise is made where they are synchronous, except that Zod makes one of every transformation.
 */
export function runZod(schema: StandardSchemaV1, value: unknown): Result | Promise<Result> {
  const zod = schema as ZodSchema;
  const ran = zod._zod.run({ value, issues: [] }, { async: true });
  return ran instanceof Promise
    ? ran.then((payload) => resultOf(zod, payload, value))
    : resultOf(zod, ran, value);
}

function resultOf(schema: ZodSchema, payload: Payload, value: unknown): Result | Promise<Result> {
  if (payload.issues.length === 0) return { value: payload.value };
  const speaker = speakerOf(schema);
  // Without one Zod is asked again: the same verdict, at twice the cost.
  if (speaker === undefined) return schema["~standard"].validate(value);
  speaker._zod.run = () => payload;
  return speaker["~standard"].validate(value);
}

const speakers = new WeakMap<ZodSchema, ZodSchema>();

/** Only Zod can word what it found, and only as a part of running: so a copy of the schema is given what was found. */
function speakerOf(schema: ZodSchema): ZodSchema | undefined {
  let speaker = speakers.get(schema);
  if (speaker === undefined && schema.clone !== undefined)
    speakers.set(schema, (speaker = schema.clone(schema._zod.def)));
  return speaker;
}
