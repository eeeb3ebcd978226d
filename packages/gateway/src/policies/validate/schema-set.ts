import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import { isRecord } from "../../documents/record.ts";
import type { JsonSchema } from "../../snapshot.ts";
import { newAjv } from "./ajv.ts";
import { namedReference, type NamedSchemas, resolved } from "./named-schemas.ts";
import { isTooDear } from "./schema-cost.ts";
import { mapSubschemas } from "./subschemas.ts";

/** Which way a value goes: what is `readOnly` need not be in a request, what is `writeOnly` not in a reply. */
export type Direction = "request" | "response";

/** Keywords that say nothing about validity: they would only be kept in memory. */
const DROPPED: ReadonlySet<string> = new Set([
  "$id",
  "$schema",
  "contentEncoding",
  "contentMediaType",
  "default",
  "deprecated",
  "description",
  "discriminator",
  "example",
  "examples",
  "externalDocs",
  "title",
  "xml",
]);

interface LocalSchema {
  readonly schema: JsonSchema;
  /** The named schemas that it refers to. */
  readonly names: ReadonlySet<string>;
  /** It speaks of a member whose name every object inherits, such as "constructor". */
  readonly hasInherited: boolean;
}

/**
 * The schemas of a snapshot, ready to be compiled: each named one once, however many operations refer to it, and none of
 * them before a request needs it.
 */
export class SchemaSet {
  readonly #schemas: NamedSchemas;
  readonly #direction: Direction;
  readonly #ids: ReadonlyMap<string, string>;
  readonly #named = new Map<string, LocalSchema>();
  readonly #costs = new Map<string, number>();
  /** One stops at the first mistake, the other finds all of them. */
  readonly #compilers: { readonly [k in "first" | "all"]: Compiler };

  constructor(schemas: NamedSchemas, direction: Direction) {
    this.#schemas = schemas;
    this.#direction = direction;
    this.#ids = new Map(Object.keys(schemas).map((name, index) => [name, `waymark:${index}`]));
    this.#compilers = { first: new Compiler(false, this), all: new Compiler(true, this) };
  }

  validator(schema: JsonSchema): SchemaValidator {
    return new SchemaValidator(schema, this.#compilers.first, this.#compilers.all);
  }

  /** Throws `UnusableSchema` for one that would cost a request too much. */
  checkCost(schema: JsonSchema): void {
    if (isTooDear(schema, this.#schemas, this.#costs))
      throw new UnusableSchema(
        "it applies more than 100,000 schemas to one value: allOf, anyOf or oneOf multiply",
      );
  }

  idOf(name: string): string {
    return this.#ids.get(name)!;
  }

  /** A named schema as Ajv gets it: made once. */
  named(name: string): LocalSchema {
    let known = this.#named.get(name);
    if (known === undefined) this.#named.set(name, (known = this.local(this.#schemas[name]!)));
    return known;
  }

  /** A schema as Ajv gets it: references by short ids, without what is only for people, and for this direction. */
  local(schema: JsonSchema): LocalSchema {
    const found = { names: new Set<string>(), hasInherited: false };
    const change = (each: JsonSchema): JsonSchema => {
      if (typeof each === "boolean") return each;
      const kept = Object.entries(each).filter(
        ([keyword]) => !DROPPED.has(keyword) && !keyword.startsWith("x-"),
      );
      const mapped = mapSubschemas(Object.fromEntries(kept), change) as Record<string, unknown>;
      if (namesOf(mapped).some((name) => name in Object.prototype)) found.hasInherited = true;
      const reference = namedReference(mapped["$ref"]);
      const id = reference === undefined ? undefined : this.#ids.get(reference.name);
      if (reference !== undefined && id !== undefined) {
        found.names.add(reference.name);
        mapped["$ref"] = reference.rest === "" ? id : `${id}#${reference.rest}`;
      }
      const { required } = each;
      if (Array.isArray(required))
        mapped["required"] = required.filter((name) => !this.#isOtherWay(each, name));
      return mapped;
    };
    const local = change(schema);
    return { schema: local, ...found };
  }

  #isOtherWay({ properties }: { readonly [keyword: string]: unknown }, name: unknown): boolean {
    const property =
      isRecord(properties) && typeof name === "string" && Object.hasOwn(properties, name)
        ? properties[name]
        : undefined;
    if (!isRecord(property)) return false;
    const mark = this.#direction === "request" ? "readOnly" : "writeOnly";
    if (property[mark] === true) return true;
    const target = resolved(property, this.#schemas);
    return isRecord(target) && target[mark] === true;
  }
}

/** Names of members that a schema speaks of. */
function namesOf({
  properties,
  required,
  dependentRequired,
  dependentSchemas,
}: Record<string, unknown>): string[] {
  const keys = [properties, dependentRequired, dependentSchemas].flatMap((each) =>
    isRecord(each) ? Object.keys(each) : [],
  );
  const dependent = isRecord(dependentRequired) ? Object.values(dependentRequired).flat() : [];
  return [...keys, ...(Array.isArray(required) ? required : []), ...dependent].filter(
    (name) => typeof name === "string",
  );
}

const sets = new WeakMap<NamedSchemas, Map<Direction, SchemaSet>>();

/** One set for each snapshot. */
export function schemaSet(schemas: NamedSchemas, direction: Direction): SchemaSet {
  const known = sets.get(schemas) ?? new Map<Direction, SchemaSet>();
  sets.set(schemas, known);
  let set = known.get(direction);
  if (set === undefined) known.set(direction, (set = new SchemaSet(schemas, direction)));
  return set;
}

/** Ajvs that learn named schemas when something refers to them. */
class Compiler {
  readonly #allErrors: boolean;
  readonly #set: SchemaSet;
  /**
   * To look whether each member is the object's own takes more than twice as long: that is done where a schema speaks of a
   * name that every object inherits.
   */
  readonly #ajvs: { readonly [k in "plain" | "own"]: { ajv: Ajv | undefined; readonly known: Set<string> } } =
    {
      plain: { ajv: undefined, known: new Set() },
      own: { ajv: undefined, known: new Set() },
    };

  constructor(allErrors: boolean, set: SchemaSet) {
    this.#allErrors = allErrors;
    this.#set = set;
  }

  compile(schema: JsonSchema): ValidateFunction {
    this.#set.checkCost(schema);
    const local = this.#set.local(schema);
    const names = new Set(local.names);
    let { hasInherited } = local;
    // Grows while it is walked: by what the schemas refer to that are referred to.
    for (const name of names) {
      const named = this.#set.named(name);
      for (const inner of named.names) names.add(inner);
      hasInherited ||= named.hasInherited;
    }
    const one = this.#ajvs[hasInherited ? "own" : "plain"];
    const ajv = (one.ajv ??= newAjv({ allErrors: this.#allErrors, ownProperties: hasInherited }));
    for (const name of names) {
      if (one.known.has(name)) continue;
      one.known.add(name);
      ajv.addSchema(this.#set.named(name).schema as object, this.#set.idOf(name));
    }
    return ajv.compile(local.schema as object);
  }
}

/** A schema that no value can be held against: what it refers to is missing, or it refers to itself and nothing else. */
export class UnusableSchema extends Error {
  override readonly name = "UnusableSchema";
}

/** A schema that is compiled when the first value comes, and once more when the first one is wrong. */
export class SchemaValidator {
  readonly #schema: JsonSchema;
  readonly #first: Compiler;
  readonly #all: Compiler;
  #check: ValidateFunction | undefined;
  #explain: ValidateFunction | undefined;
  /** Kept: to compile what cannot be compiled again and again would be dear. */
  #fault: UnusableSchema | undefined;

  constructor(schema: JsonSchema, first: Compiler, all: Compiler) {
    this.#schema = schema;
    this.#first = first;
    this.#all = all;
  }

  /** Throws `UnusableSchema`. */
  isValid(value: unknown): boolean {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      return (this.#check ??= this.#first.compile(this.#schema))(value);
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  /**
   * What is wrong with a value: all of it, or the first mistake alone where all would cost too much. Throws
   * `UnusableSchema`.
   */
  errors(value: unknown, isCheap: boolean): readonly ErrorObject[] {
    try {
      const validate = isCheap
        ? (this.#explain ??= this.#all.compile(this.#schema))
        : (this.#check ??= this.#first.compile(this.#schema));
      return validate(value) ? [] : (validate.errors ?? []);
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  #unusable(error: unknown): UnusableSchema {
    const why = error instanceof Error ? error.message : String(error);
    return (this.#fault = new UnusableSchema(why, { cause: error }));
  }
}
