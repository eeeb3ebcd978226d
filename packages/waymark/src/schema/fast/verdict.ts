import { mayGenerate } from "../may-generate.ts";
import { generated } from "./generate.ts";
import { interpreted, type Compiled } from "./interpret.ts";
import { NO_VERDICT, type Node } from "./node.ts";
import { readZod } from "./zod.ts";

/**
 * A schema's verdict without the library, for values that it accepts: what the library would make of the value, or
 * NO_VERDICT, and then the library decides. It never refuses, so that every refusal is the library's own, with its issues.
 *
 * That it says the same is shown in three ways:
 * - It is made only of schemas that are known word for word (readZod); another word, class or version, and there is none.
 * - It only has to be right about what it accepts, so wherever versions of the library or odd values differ (lengths in
 *   code points, fractions of multiples, proxies that contradict themselves) it says nothing instead.
 * - The suite holds it against the library over generated schemas and values, hostile ones included, in both its forms.
 *
 * As with Zod's own compiled schemas, what the schema's functions do besides (a default, an overwrite) and getters of the
 * value may happen twice where the library has to decide after all.
 */
export type FastVerdict = Compiled;

/** undefined: nothing is certain without the library. */
export function fastVerdict(schema: object, generate: boolean = mayGenerate()): FastVerdict | undefined {
  const node = nodeOf(schema);
  if (node === undefined) return undefined;
  return lazily(() => (generate ? generated(node) : interpreted(node)));
}

const nodes = new WeakMap<object, Node | false>();

/** What is known of a schema. Read once: every route that uses it asks. */
export function nodeOf(schema: object): Node | undefined {
  let node = nodes.get(schema);
  if (node === undefined) {
    const { vendor } = (schema as { "~standard"?: { vendor?: unknown } })["~standard"] ?? {};
    node = (vendor === "zod" ? readZod(schema) : undefined) ?? false;
    nodes.set(schema, node);
  }
  return node === false ? undefined : node;
}

/**
 * Generated at the first value, since most routes of a large application see none for long, and starting up has to be quick.
 * What the value's own code throws, a getter say, the library meets too, and says what becomes of it.
 */
export function lazily<T>(compile: () => (value: unknown) => T): (value: unknown) => T | typeof NO_VERDICT {
  let judge: (value: unknown) => T = (value) => {
    judge = compile();
    return judge(value);
  };
  return (value) => {
    try {
      return judge(value);
    } catch {
      return NO_VERDICT;
    }
  };
}
