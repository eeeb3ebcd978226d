import type { AnyEndpoint } from "../endpoint.ts";
import type { Versioning } from "../routing/versions.ts";
import type { SchemaObject } from "./document.ts";
import type { SchemaComponents } from "./schema-components.ts";
import type { SecuritySchemes } from "./security.ts";

/** What the operations of one document share. */
export interface DocumentParts {
  readonly schemas: SchemaComponents;
  readonly securitySchemes: SecuritySchemes;
  readonly problem: SchemaObject;
  readonly validationProblem: SchemaObject;
  /** Whether the document's version knows `itemSchema`: 3.2 does. */
  readonly hasItemSchema: boolean;
  /** How the application's versions are told, where it has any. */
  readonly versioning?: Versioning | undefined;
  /** `x-waymark-endpoint` of the endpoints that have several routes. */
  readonly marks: ReadonlyMap<AnyEndpoint, string>;
}
