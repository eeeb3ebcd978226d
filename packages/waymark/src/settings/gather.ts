import { UNREADABLE } from "../schema/coerce.ts";
import { jsonLayer, isObject, parseObject, type Found, type Layer } from "./layer.ts";
import { leavesOf, type Branch, type Leaf } from "./outline.ts";
import type { SettingsMistake } from "./settings-error.ts";

/** What was found for settings, ready for the schema's verdict. */
export interface Gathered {
  readonly value: unknown;
  /** Where the values of settings are from, by path. */
  readonly sources: ReadonlyMap<string, string>;
  /** What cannot be read, by path: the schema's word about it would be beside the point. */
  readonly mistakes: readonly SettingsMistake[];
  /** Secrets as they were found. */
  readonly secrets: ReadonlySet<string>;
}

/** For each setting the first layer that has it. */
export function gather(outline: Branch, layers: readonly Layer[]): Gathered {
  const gathering = new Gathering();
  const value = gathering.branch(outline, layers) ?? Object.create(null);
  const { sources, mistakes, secrets } = gathering;
  return { value, sources, mistakes, secrets };
}

class Gathering {
  readonly sources: Map<string, string> = new Map();
  readonly mistakes: SettingsMistake[] = [];
  readonly secrets: Set<string> = new Set();

  /** An object, undefined where nothing of it is there and it may be absent. */
  branch(branch: Branch, layers: readonly Layer[]): unknown {
    const within = layers.flatMap((layer) => this.#opened(branch, layer));
    const value = Object.create(null) as Record<string, unknown>;
    for (const layer of within.toReversed())
      for (const [key, given] of Object.entries(layer.keys(branch) ?? {}))
        if (!branch.members.has(key) && !(branch.path.length === 0 && key === "$schema")) value[key] = given;
    for (const [property, part] of branch.members) {
      const found = part.members === undefined ? this.#leaf(part, within) : this.branch(part, within);
      if (found !== undefined) value[property] = found;
    }
    return branch.optional && Object.keys(value).length === 0 && !this.#hasMistake(branch)
      ? undefined
      : value;
  }

  /** A layer, and behind it what it says of the whole object at once. */
  #opened(branch: Branch, layer: Layer): Layer[] {
    if (branch.path.length === 0) return [layer];
    const found = layer.find(branch);
    if (found === undefined) return [layer];
    if ("fault" in found) return this.#tell(branch, found.fault, found.source, [layer]);
    if ("value" in found)
      return isObject(found.value)
        ? [layer]
        : this.#tell(branch, "has to be an object", found.source, [layer]);
    const parsed = parseObject(found.text);
    if ("fault" in parsed) return this.#tell(branch, parsed.fault, found.source, [layer]);
    return [layer, jsonLayer(parsed.value, found.source, branch.path)];
  }

  #leaf(leaf: Leaf, layers: readonly Layer[]): unknown {
    for (const layer of layers) {
      const found = layer.find(leaf);
      if (found !== undefined) return this.#read(leaf, found);
    }
    return undefined;
  }

  #read(leaf: Leaf, found: Found): unknown {
    const { source } = found;
    this.sources.set(leaf.path.join("."), source);
    if ("fault" in found) return this.#tell(leaf, found.fault, source, undefined);
    if (leaf.secret)
      for (const text of textsIn("text" in found ? found.text : found.value)) this.secrets.add(text);
    if ("value" in found) return found.value;
    const value = leaf.reader.read(found.text);
    if (value !== UNREADABLE) return value;
    const issues = leaf.reader.explain(found.text);
    const faults = new Set(
      issues.map(({ message, path }) => (path.length === 0 ? message : `${message} at ${path.join(".")}`)),
    );
    return this.#tell(leaf, `is not right: ${[...faults].join("; ")}`, source, undefined);
  }

  #tell<T>({ variable, path }: Leaf | Branch, message: string, source: string, result: T): T {
    this.mistakes.push({ variable, path, message, source });
    return result;
  }

  #hasMistake(branch: Branch): boolean {
    const paths = new Set([...leavesOf(branch)].map(({ path }) => path.join(".")));
    return this.mistakes.some(({ path }) => paths.has(path.join(".")));
  }
}

/** Every text in a value of JSON. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string" && value !== "") yield value;
  else if (typeof value === "object" && value !== null)
    for (const each of Object.values(value)) yield* textsIn(each);
  else if (typeof value === "number") yield String(value);
}
