import { disjoint } from "./disjoint.ts";
import { absence, NO_VERDICT, type Literal, type Member, type Node } from "./node.ts";
import { arrayLengths, numberTests, stringTests } from "./zod-checks.ts";
import { definitionOf, hasOwnStandard, type ZodDefinition, type ZodSchema } from "./zod-internals.ts";

/** Thrown at what is not known; the library judges such a schema as a whole. */
class Unknown extends Error {}

/**
 * Reads a Zod 4 schema. JSON Schema cannot show whether a schema transforms; Zod's own definition can. It is read as it
 * stands, and only where every word of it is known: the kind of each part, each check, each class that it is an instance
 * of, and the version. Refinements, transformations, coercion, pipes, catches, recursion and everything that is not
 * listed make the whole unknown. Parts that the library has to judge itself, and may rewrite but never asynchronously,
 * are handed to it: URLs, say.
 */
export function readZod(schema: unknown): Node | undefined {
  try {
    const node = new Reader().read(schema as ZodSchema);
    return hasOwnStandard(schema as ZodSchema) ? node : undefined;
  } catch {
    // A shape may be made by the application's code, which may throw: the library then says so itself.
    return undefined;
  }
}

class Reader {
  readonly #known = new Map<ZodSchema, Node>();
  readonly #open = new Set<ZodSchema>();

  read(schema: ZodSchema): Node {
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    // It contains itself. Zod remembers what it has seen of cyclic values; that is not repeated here.
    if (this.#open.has(schema)) throw new Unknown();
    this.#open.add(schema);
    const node = this.#read(schema, definitionOf(schema) ?? unknown());
    this.#open.delete(schema);
    this.#known.set(schema, node);
    return node;
  }

  #read(schema: ZodSchema, def: ZodDefinition): Node {
    switch (def.type) {
      case "string":
        return string(schema);
      case "number":
        return { kind: "number", tests: numberTests(schema) ?? unknown() };
      case "array":
        return { kind: "array", element: this.#inner(def["element"]), ...(arrayLengths(def) ?? unknown()) };
      default:
        // A check of anything else is one of the application's.
        return (def.checks ?? []).length > 0 ? unknown() : this.#readUnchecked(schema, def);
    }
  }

  #readUnchecked({ _zod: { values } }: ZodSchema, def: ZodDefinition): Node {
    switch (def.type) {
      case "boolean":
      case "null":
      case "unknown":
      case "date":
        return { kind: def.type };
      case "any":
        return { kind: "unknown" };
      case "literal":
      case "enum":
        return { kind: "literal", values: [...(values ?? unknown())].map(literal) };
      case "tuple":
        return def["rest"] ? unknown() : { kind: "tuple", items: (def["items"] as ZodSchema[]).map((item) => this.#required(item)) }; // prettier-ignore
      case "object":
        return this.#object(def);
      case "record":
        return this.#record(def);
      case "union":
        return this.#union(def);
      case "nullable":
        return { kind: "nullable", inner: this.#required(def["innerType"]) };
      case "optional":
        return { kind: "optional", inner: this.#required(def["innerType"]) };
      case "default":
        // Zod reads it anew for every value: it may be made by a function.
        return { kind: "default", inner: this.#required(def["innerType"]), make: () => def["defaultValue"] };
      default:
        return unknown();
    }
  }

  #inner(schema: unknown): Node {
    return this.read(schema as ZodSchema);
  }

  /** A part that may not be absent, by what is read here and by what Zod says. */
  #required(schema: unknown): Node {
    const node = this.#inner(schema);
    const { optin, optout } = (schema as ZodSchema)._zod;
    return absence(node) !== "required" || optin !== undefined || optout !== undefined ? unknown() : node;
  }

  #object(def: ZodDefinition): Node {
    const shape = def["shape"] as Readonly<Record<string, ZodSchema>>;
    const catchall = def["catchall"] as ZodSchema | undefined;
    const strict = catchall !== undefined;
    if (strict && (definitionOf(catchall)?.type !== "never" || catchall._zod.def.checks !== undefined))
      unknown();
    const members = Reflect.ownKeys(shape).map((key): Member => {
      // Zod reads symbols and leaves `__proto__` out; both are too rare to say the same of.
      if (typeof key === "symbol" || key === "__proto__") throw new Unknown();
      return { key, node: this.#member(shape[key]!) };
    });
    return { kind: "object", members, strict };
  }

  #member(schema: ZodSchema): Node {
    const node = this.#inner(schema);
    const { optin, optout } = schema._zod;
    switch (absence(node)) {
      case "required":
        return optin === undefined && optout === undefined ? node : unknown();
      case "optional":
        return optin === "optional" && optout === "optional" ? node : unknown();
      case "default":
        return (optin === "defaulted" || optin === "optional") && optout === undefined ? node : unknown();
    }
  }

  #record(def: ZodDefinition): Node {
    const key = this.#inner(def["keyType"]);
    if (key.kind !== "string" || key.tests.length > 0) unknown();
    return { kind: "record", value: this.#required(def["valueType"]) };
  }

  /** Zod takes the first option that accepts. Which one that is does not matter where no two can. */
  #union(def: ZodDefinition): Node {
    const options = (def["options"] as ZodSchema[]).map((option) => this.#required(option));
    const key = def["discriminator"] as string | undefined;
    // Zod throws at a discriminator that is not a constant.
    if (key !== undefined && !options.every((option) => isTagged(option, key))) unknown();
    if (options.some((one, i) => options.slice(i + 1).some((other) => !disjoint(one, other, key)))) unknown();
    return { kind: "union", options };
  }
}

function isTagged(option: Node, key: string): boolean {
  if (option.kind !== "object") return false;
  return option.members.some((member) => member.key === key && member.node.kind === "literal");
}

function string(schema: ZodSchema): Node {
  const tests = stringTests(schema) ?? unknown();
  if (tests !== "library") return { kind: "string", tests };
  return {
    kind: "format",
    judge(value) {
      const result = schema._zod.run({ value, issues: [] }, { async: false });
      if (result instanceof Promise || result.issues.length > 0) return NO_VERDICT;
      return typeof result.value === "string" ? result.value : NO_VERDICT;
    },
  };
}

function literal(value: unknown): Literal {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  return typeof value === "number" && Number.isFinite(value) ? value : unknown();
}

function unknown(): never {
  throw new Unknown();
}
