import type { Arbitrary } from "fast-check";
import type {
  MediaTypeObject,
  OpenApiDocument,
  ParameterObject,
  SchemaObject,
} from "../../openapi/document.ts";
import type { FuzzOptions, FuzzSkip } from "../fuzz-options.ts";
import type { Arbitraries } from "./arbitraries.ts";
import type { Draft } from "./draft.ts";
import { flatten } from "./flatten.ts";
import type { FuzzOperation } from "./operations.ts";
import { Ungenerable } from "./ungenerable.ts";
import type { Validator } from "./validator.ts";
import type { Violations } from "./violations.ts";

/** Requests of one kind. */
export interface CaseGroup {
  /** "valid", or in which way they are wrong: "query limit: above its maximum". */
  readonly name: string;
  readonly isValid: boolean;
  readonly drafts: Arbitrary<Draft>;
  /** Whether a draft is what the group says: what was made up is not believed. Throws an `Unwritable` where nobody can tell. */
  readonly holds: (draft: Draft) => boolean;
}

/** What requests are made with. */
export interface Making {
  readonly document: OpenApiDocument;
  readonly validator: Validator;
  readonly arbitraries: Arbitraries;
  readonly violations: Violations;
  readonly values: FuzzOptions["values"];
  readonly fixed: NonNullable<FuzzOptions["fixed"]>;
  readonly skipped: FuzzSkip[];
}

/** An operation that requests are made up for. */
export class Subject {
  readonly operation: FuzzOperation;
  readonly making: Making;
  readonly parameters: readonly ParameterObject[];
  readonly content: Readonly<Record<string, MediaTypeObject>>;
  readonly needsBody: boolean;

  constructor(operation: FuzzOperation, making: Making) {
    this.operation = operation;
    this.making = making;
    this.parameters = operation.operation.parameters ?? [];
    this.content = operation.operation.requestBody?.content ?? {};
    this.needsBody = operation.operation.requestBody?.required === true;
  }

  /** Whether a parameter is sent as it was given, and never wrong. */
  isFixed({ name }: ParameterObject): boolean {
    return Object.hasOwn(this.making.fixed, name);
  }

  /** What was given for a parameter, or for "body". */
  given(name: string): readonly unknown[] {
    const { values = {} } = this.making;
    const own = values[`${this.operation.operation.operationId}.${name}`];
    return own ?? (name === "body" ? undefined : values[name]) ?? [];
  }

  flat(schema: SchemaObject): SchemaObject {
    const flat = flatten(schema, this.making.document);
    return typeof flat === "boolean" ? {} : flat;
  }

  /** What is made, or a note of why it cannot be. */
  attempt<T>(what: string, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof Ungenerable)) throw error;
      this.making.skipped.push({ operation: this.operation.label, what, why: error.message });
      return undefined;
    }
  }
}
