import { findJsonError } from "../http/json-error.ts";
import type { Branch, Leaf } from "./outline.ts";

/** What a place gives for a setting: text that is still to be read, or a value of JSON; or why it gives none. */
export type Found =
  | { readonly text: string; readonly source: string }
  | { readonly value: unknown; readonly source: string }
  | { readonly fault: string; readonly source: string };

/** A place that settings come from. */
export interface Layer {
  find(part: Leaf | Branch): Found | undefined;
  /** Names of variables that it has; none where it has none. */
  readonly variables: readonly string[];
  /** Keys that it has for an object, whether they are settings or not. */
  keys(branch: Branch): Readonly<Record<string, unknown>> | undefined;
}

/** Variables of the environment, or of a file of such. */
export interface Variables {
  readonly get: (name: string) => string | undefined;
  readonly names: readonly string[];
  /** Where a variable is from. */
  readonly sourceOf: (name: string) => string;
}

/**
 * A variable that is empty is as one that is not there: that is how shells and containers unset one. A secret may be in
 * a file, which `<name>_FILE` names, as Docker and Kubernetes hand them over.
 */
export function variablesLayer(variables: Variables, readFile: (path: string) => string | undefined): Layer {
  const find = (part: Leaf | Branch): Found | undefined => {
    const { variable, secret } = part;
    const text = variables.get(variable) || undefined;
    const file = `${variable}_FILE`;
    const path = secret ? variables.get(file) || undefined : undefined;
    const source = variables.sourceOf(text === undefined ? file : variable);
    if (path === undefined) return text === undefined ? undefined : { text, source };
    if (text !== undefined) return { fault: `is set, and ${file} as well: take one of them away`, source };
    // Editors end a file with a newline that is no part of the secret.
    const content = readFile(path)?.replace(/\r?\n$/, "");
    if (content === undefined)
      return { fault: `is not set: the file that ${file} names cannot be read`, source };
    if (content === "") return { fault: `is not set: the file that ${file} names is empty`, source };
    return { text: content, source: `${file}, ${source}` };
  };
  return { find, variables: variables.names, keys: () => undefined };
}

/** A value of JSON, `at` being where in the settings it belongs. */
export function jsonLayer(root: unknown, source: string, at: readonly string[] = []): Layer {
  const valueAt = (path: readonly string[]): unknown => {
    if (at.some((key, index) => path[index] !== key)) return undefined;
    let value: unknown = root;
    for (const key of path.slice(at.length)) {
      if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
      value = value[key];
    }
    return value;
  };
  return {
    find({ path }) {
      const value = valueAt(path);
      return value === undefined ? undefined : { value, source };
    },
    variables: [],
    keys({ path }) {
      const value = valueAt(path);
      return isObject(value) ? value : undefined;
    },
  };
}

/** The object that a text of JSON is, or why it is none: without a word of the text, which may hold secrets. */
export function parseObject(text: string): { readonly value: object } | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: `is not JSON: ${findJsonError(text)}` };
  }
  return isObject(value) ? { value } : { fault: "is not an object of JSON" };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
