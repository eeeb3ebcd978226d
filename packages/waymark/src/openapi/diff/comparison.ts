import type { Findings } from "./findings.ts";
import type { SchemaComparison } from "./schema/schema-comparison.ts";
import type { SecuritySchemes } from "./security-schemes.ts";
import type { Source } from "./source.ts";

/** What the comparison of two documents shares. */
export interface Comparison {
  readonly before: Source;
  readonly after: Source;
  readonly findings: Findings;
  readonly schemas: SchemaComparison;
  readonly schemes: SecuritySchemes;
  /** "2026-01-31", for dates of `x-sunset`. */
  readonly today: string;
}
