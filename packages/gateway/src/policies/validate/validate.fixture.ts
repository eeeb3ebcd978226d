import type { Step } from "../../call.ts";
import type { JsonSchema, Operation, Parameter, Service } from "../../snapshot.ts";
import {
  callOf,
  contextOf,
  operationOf,
  refusalOf,
  type TestContext,
  type TestRequest,
} from "../call.fixture.ts";
import type { PlacedIssue } from "./issues.ts";
import { validateRequestKind } from "./validate-request.ts";

/** A parameter with OpenAPI's defaults. */
export function parameterOf(
  place: Parameter["in"],
  name: string,
  schema: JsonSchema,
  parts: Partial<Parameter> = {},
): Parameter {
  const style = place === "query" || place === "cookie" ? "form" : "simple";
  return {
    in: place,
    name,
    required: place === "path",
    style,
    explode: (parts.style ?? style) === "form",
    allowReserved: false,
    schema,
    mediaType: null,
    ...parts,
  };
}

export interface Validated {
  readonly status: number | undefined;
  readonly errors: readonly PlacedIssue[];
  readonly detail: string | undefined;
}

export interface TestOperation {
  readonly step: Step | undefined;
  readonly context: TestContext;
  ask(request: TestRequest): Promise<Validated>;
}

export function validating(
  parts: Partial<Operation>,
  {
    options = {},
    schemas = {},
    service,
  }: {
    readonly options?: object;
    readonly schemas?: Readonly<Record<string, JsonSchema>>;
    readonly service?: Service;
  } = {},
): TestOperation {
  const context = contextOf({
    operation: operationOf(parts),
    schemas,
    ...(service !== undefined && { service }),
  });
  const step = validateRequestKind.step(options, context);
  return {
    step,
    context,
    async ask(request) {
      const refusal = await refusalOf(step === undefined ? [] : [step], callOf(request, context));
      const errors =
        (refusal?.members as { readonly errors?: readonly PlacedIssue[] } | undefined)?.errors ?? [];
      return { status: refusal?.status, errors, detail: refusal?.detail };
    },
  };
}

export function jsonBody(
  value: unknown,
  contentType = "application/json",
): Pick<TestRequest, "method" | "body" | "headers"> {
  return {
    method: "POST",
    body: typeof value === "string" ? value : JSON.stringify(value),
    headers: [["content-type", contentType]],
  };
}

/** An operation that takes a JSON body. */
export function takingJson(schema: JsonSchema, required = true): Pick<Operation, "requestBody" | "method"> {
  return { method: "POST", requestBody: { required, content: { "application/json": { schema } } } };
}
