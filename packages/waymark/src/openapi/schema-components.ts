import type { Schema } from "../inputs/input.ts";
import { documentSchema } from "../schema/document-schema.ts";
import type { Side } from "../schema/json-schema.ts";
import { mapSubschemas } from "../schema/subschemas.ts";
import type { Mistake } from "../start-up-error.ts";
import { canonicalText } from "./canonical-text.ts";
import type { SchemaObject } from "./document.ts";
import { isGeneratedName } from "./generated-name.ts";
import { sameSchemaId } from "./mistakes.ts";
import { type Parts, reference, takeApart } from "./schema-definition.ts";
import { withoutClosing } from "./without-closing.ts";

/** Where a schema was met: for its name when it has none of its own, and for messages. */
export interface Sighting {
  /** Pascal case: "CreateProductBody". */
  readonly name: string;
  /** "the body of POST /products" */
  readonly where: string;
}

/** One schema with an id: as clients send it and as they get it, each where it can be written at all. */
export interface SchemaComponent {
  readonly where: string;
  readonly input: SchemaObject | undefined;
  readonly output: SchemaObject | undefined;
}

interface Known {
  readonly input: Parts | undefined;
  readonly output: Parts | undefined;
}

/** Gathers the schemas of a document: each in place of its use, those with an id as components. */
export class SchemaComponents {
  readonly #components = new Map<string, SchemaComponent>();
  readonly #known = new Map<Schema, Known>();
  readonly mistakes: Mistake[] = [];

  /** By id; those of the framework itself by "~" and their name. */
  get all(): ReadonlyMap<string, SchemaComponent> {
    return this.#components;
  }

  /**
   * The schema as it stands in the document, with references in it that `nameComponents` gives their final form.
   * Throws a `SchemaError` for one that gives no JSON Schema.
   */
  schema(schema: Schema, side: Side, sighting: Sighting): SchemaObject {
    let known = this.#known.get(schema);
    if (known === undefined) this.#known.set(schema, (known = this.#add(schema, side, sighting)));
    // A side that failed unasked has to fail aloud when it is asked for.
    return (known[side] ?? this.#partsOf(schema, side, sighting)).root;
  }

  /** Adds a schema of the framework's own. */
  builtIn(name: string, schema: SchemaObject): SchemaObject {
    this.#components.set(`~${name}`, { where: "the framework", input: undefined, output: schema });
    return reference("output", `~${name}`);
  }

  #add(schema: Schema, side: Side, sighting: Sighting): Known {
    const input = this.#attempt(schema, "input", side, sighting);
    const output = opened(this.#attempt(schema, "output", side, sighting), input);
    for (const id of new Set([...(input?.named.keys() ?? []), ...(output?.named.keys() ?? [])]))
      this.#register(id, {
        where: sighting.where,
        input: input?.named.get(id),
        output: output?.named.get(id),
      });
    return { input, output };
  }

  /** The side that nobody asks for may have no JSON Schema: what a transformation gives, say. */
  #attempt(schema: Schema, side: Side, asked: Side, sighting: Sighting): Parts | undefined {
    if (side === asked) return this.#partsOf(schema, side, sighting);
    try {
      return this.#partsOf(schema, side, sighting);
    } catch {
      return undefined;
    }
  }

  #partsOf(schema: Schema, side: Side, sighting: Sighting): Parts {
    const component = componentNames(schema["~standard"].vendor, sighting, (id) => this.#clash(id, sighting));
    return takeApart(documentSchema(schema, side), side, { component, self: () => sighting.name });
  }

  /** Told once, however many sides and places it has. */
  #clash(id: string, { where }: Sighting): void {
    const mistake = sameSchemaId(id, where, where);
    if (this.mistakes.every(({ message }) => message !== mistake.message)) this.mistakes.push(mistake);
  }

  #register(id: string, found: SchemaComponent): void {
    const known = this.#components.get(id);
    if (known === undefined) {
      this.#components.set(id, found);
      return;
    }
    if (areDifferent(known, found)) this.mistakes.push(sameSchemaId(id, known.where, found.where));
    // A side that could not be written here may come from elsewhere.
    else
      this.#components.set(id, {
        where: known.where,
        input: known.input ?? found.input,
        output: known.output ?? found.output,
      });
  }
}

/** The component that each definition of a schema becomes. Two ids that differ in what a name cannot hold are a `clash`. */
function componentNames(
  vendor: string,
  sighting: Sighting,
  clash: (component: string) => void,
): (key: string) => string {
  const generated = new Map<string, string>();
  const keys = new Map<string, string>();
  return (key) => {
    if (isGeneratedName(vendor, key)) {
      if (!generated.has(key)) generated.set(key, `${sighting.name}${generated.size + 1}`);
      return generated.get(key)!;
    }
    const component = key.replace(/[^\w.-]/g, "_");
    if ((keys.get(component) ?? key) !== key) clash(component);
    keys.set(component, key);
    return component;
  };
}

function opened(output: Parts | undefined, input: Parts | undefined): Parts | undefined {
  if (output === undefined) return undefined;
  const named = [...output.named].map(
    ([id, part]) => [id, withoutClosing(part, input?.named.get(id))] as const,
  );
  return { root: withoutClosing(output.root, input?.root), named: new Map(named) };
}

function areDifferent(one: SchemaComponent, other: SchemaComponent): boolean {
  // Only where an input stood beside it could an output be opened.
  const comparable = one.input !== undefined && other.input !== undefined;
  const text = (output: SchemaObject): string =>
    canonicalText(comparable ? output : withoutAnyClosing(output));
  return (
    (comparable && canonicalText(one.input) !== canonicalText(other.input)) ||
    (one.output !== undefined && other.output !== undefined && text(one.output) !== text(other.output))
  );
}

function withoutAnyClosing(schema: SchemaObject): SchemaObject {
  const open = mapSubschemas(schema, (each) => (typeof each === "boolean" ? each : withoutAnyClosing(each)));
  const { additionalProperties, ...rest } = open;
  return additionalProperties === false ? rest : open;
}
