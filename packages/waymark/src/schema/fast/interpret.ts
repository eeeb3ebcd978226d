import {
  absence,
  isScalar,
  NO_VERDICT,
  type Member,
  type Node,
  type NumberTest,
  type ObjectNode,
  type StringTest,
} from "./node.ts";
import { passesNumber } from "./number-tests.ts";
import { passesString } from "./string-tests.ts";

/** What the library makes of a value that it accepts, or NO_VERDICT. May throw what the value's own code throws. */
export type Compiled = (value: unknown) => unknown;

/** Closures that do what generate.ts writes as code: for runtimes that forbid that. */
export function interpreted(root: Node): Compiled {
  const known = new Map<Node, Compiled>();
  const compile = (node: Node): Compiled => {
    let compiled = known.get(node);
    if (compiled === undefined) known.set(node, (compiled = closure(node, compile)));
    return compiled;
  };
  return compile(root);
}

function closure(node: Node, compile: (node: Node) => Compiled): Compiled {
  switch (node.kind) {
    case "string":
      return string(node.tests);
    case "number":
      return number(node.tests);
    case "boolean":
      return (value) => (typeof value === "boolean" ? value : NO_VERDICT);
    case "null":
      return (value) => (value === null ? value : NO_VERDICT);
    case "unknown":
      return (value) => value;
    case "date":
      return (value) => (isDate(value) ? value : NO_VERDICT);
    case "literal": {
      const values = new Set<unknown>(node.values);
      return (value) => (values.has(value) ? value : NO_VERDICT);
    }
    case "format":
      return (value) => (typeof value === "string" ? node.judge(value) : NO_VERDICT);
    case "nullable": {
      const inner = compile(node.inner);
      return (value) => (value === null ? value : inner(value));
    }
    case "optional": {
      const inner = compile(node.inner);
      return (value) => (value === undefined ? value : inner(value));
    }
    case "default": {
      const inner = compile(node.inner);
      const scalar = isScalar(node.inner);
      return (value) => (value === undefined ? given(node.make(), scalar) : inner(value));
    }
    case "union": {
      const options = node.options.map(compile);
      return (value) => {
        for (const option of options) {
          const accepted = option(value);
          if (accepted !== NO_VERDICT) return accepted;
        }
        return NO_VERDICT;
      };
    }
    case "array":
      return array(compile(node.element), node.least, node.most);
    case "tuple":
      return tuple(node.items.map(compile));
    case "record":
      return record(compile(node.value));
    case "object":
      return object(node, compile);
  }
}

function string(tests: readonly StringTest[]): Compiled {
  if (tests.length === 0) return (value) => (typeof value === "string" ? value : NO_VERDICT);
  return (value) => {
    if (typeof value !== "string") return NO_VERDICT;
    for (let i = 0; i < tests.length; i++) if (!passesString(value, tests[i]!)) return NO_VERDICT;
    return value;
  };
}

function number(tests: readonly NumberTest[]): Compiled {
  return (value) => {
    if (typeof value !== "number" || !Number.isFinite(value)) return NO_VERDICT;
    for (let i = 0; i < tests.length; i++) if (!passesNumber(value, tests[i]!)) return NO_VERDICT;
    return value;
  };
}

/** A date that says what it is in JSON as every date does. */
export function isDate(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime()) && value.toJSON === Date.prototype.toJSON;
}

/**
 * In the place of undefined. A default that gives undefined again is for the library, and so is an object where the schema
 * is one of scalars: nobody checks a default, and what follows relies on it.
 */
export function given(value: unknown, scalar: boolean): unknown {
  if (value === undefined || (scalar && !isWritten(value))) return NO_VERDICT;
  return value;
}

function isWritten(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean"; // prettier-ignore
}

function array(element: Compiled, least: number, most: number): Compiled {
  return (value) => {
    if (!Array.isArray(value)) return NO_VERDICT;
    const { length } = value;
    if (length < least || length > most) return NO_VERDICT;
    const copy: unknown[] = [];
    for (let i = 0; i < length; i++) {
      const accepted = element(value[i]);
      if (accepted === NO_VERDICT) return NO_VERDICT;
      copy.push(accepted);
    }
    // A getter may have changed it meanwhile.
    return value.length === length ? copy : NO_VERDICT;
  };
}

function tuple(items: readonly Compiled[]): Compiled {
  return (value) => {
    if (!Array.isArray(value) || value.length !== items.length) return NO_VERDICT;
    const copy: unknown[] = [];
    for (const [i, item] of items.entries()) {
      const accepted = item(value[i]);
      if (accepted === NO_VERDICT) return NO_VERDICT;
      copy.push(accepted);
    }
    return copy;
  };
}

/** Of plain objects only: what the library takes for one by its constructor is left to it. */
export function record(of: Compiled): Compiled {
  return (value) => {
    if (typeof value !== "object" || value === null) return NO_VERDICT;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return NO_VERDICT;
    const copy: Record<string, unknown> = {};
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === "symbol" || key === "__proto__" || key === "constructor") return NO_VERDICT;
      if (!Object.prototype.propertyIsEnumerable.call(value, key)) return NO_VERDICT;
      const accepted = of((value as Record<string, unknown>)[key]);
      if (accepted === NO_VERDICT) return NO_VERDICT;
      copy[key] = accepted;
    }
    return copy;
  };
}

function object({ members, strict }: ObjectNode, compile: (node: Node) => Compiled): Compiled {
  const compiled = members.map(({ key, node }) => ({ key, absence: absence(node), judge: compile(node) }));
  const keys = keysOf(members);
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return NO_VERDICT;
    const input = value as Record<string, unknown>;
    const copy: Record<string, unknown> = {};
    for (let i = 0; i < compiled.length; i++) {
      const { key, absence: without, judge } = compiled[i]!;
      const member = input[key];
      const accepted = judge(member);
      if (accepted === NO_VERDICT) return NO_VERDICT;
      if (key in input || without === "default") copy[key] = accepted;
      // A proxy may give what it says it does not have.
      else if (without === "required" || member !== undefined) return NO_VERDICT;
    }
    if (strict && hasOther(input, keys)) return NO_VERDICT;
    return copy;
  };
}

export function keysOf(members: readonly Member[]): ReadonlySet<string> {
  return new Set(members.map(({ key }) => key));
}

/** Whether there are others, inherited ones included, as Zod counts them. */
export function hasOther(input: object, keys: ReadonlySet<string>): boolean {
  for (const key in input) if (!keys.has(key)) return true;
  return false;
}
