import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import { child, tokensOf, valueAt } from "./pointer.ts";
import { isRecord } from "./record.ts";
import type { SourceFile } from "./source-file.ts";

/** Where Swagger 2.0 keeps what OpenAPI 3 keeps under `components`. */
const MOVED: Readonly<Record<string, string>> = {
  schemas: "definitions",
  parameters: "parameters",
  requestBodies: "parameters",
  responses: "responses",
  securitySchemes: "securityDefinitions",
};

export function isSwagger({ value }: SourceFile): boolean {
  return isRecord(value) && "swagger" in value && !("openapi" in value);
}

/** A Swagger 2.0 document as OpenAPI 3.0. Lines are those of the original, as near as they can be told. */
export async function convertSwagger(
  source: SourceFile,
  findings: Findings,
): Promise<SourceFile | undefined> {
  const { upgradeFromTwoToThree } = await import("@scalar/openapi-upgrader/2.0-to-3.0");
  try {
    // The library changes what it is given, and knows no 3.0.4 that differs from 3.0.3.
    const value: unknown = upgradeFromTwoToThree(structuredClone(source.value) as never);
    if (!isRecord(value) || typeof value["openapi"] !== "string")
      return findings.mistake(wrong.conversionFailed('`swagger` is not "2.0"'), source.originOf("/swagger"));
    return { ...source, value, originOf: (pointer) => source.originOf(originalPlace(pointer, source.value)) };
  } catch (error) {
    return findings.mistake(wrong.conversionFailed((error as Error).message), source.originOf(""));
  }
}

function originalPlace(pointer: string, original: unknown): string {
  const [first, second, ...rest] = tokensOf(pointer);
  const moved =
    first === "components" && second !== undefined && Object.hasOwn(MOVED, second)
      ? [MOVED[second]!, ...rest]
      : tokensOf(pointer);
  let known = "";
  for (const token of moved) {
    const next = child(known, token);
    if (valueAt(original, next) === undefined) break;
    known = next;
  }
  return known;
}
